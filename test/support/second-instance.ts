import { afterAll } from 'vitest';
import type { Endpoints } from '../../src/runtime/local-endpoints.ts';
import { asClientsFind } from './chaos.ts';
import { createInstance, listen } from './instance.ts';
import type { World } from './world.ts';

/**
 * One more instance of the app on the cloud and the clock of a world, with clients of its own and further environment.
 * Returns its URL.
 */
export async function secondInstance(
  world: World,
  endpoints: Endpoints = {},
  env: Record<string, string> = {},
): Promise<string> {
  const { app } = await createInstance(world, { endpoints, env });
  const { url, stop } = await listen(app);
  afterAll(stop);
  return asClientsFind(url);
}
