import { secondInstance } from './second-instance.ts';
import type { World } from './world.ts';

/** The environment of the app in profile `google` on a local cloud, for users of this OpenID Connect issuer. */
export const googleEnv = (issuer: string): Record<string, string> => ({
  PROFILE: 'google',
  HOST: '127.0.0.1',
  GOOGLE_CLOUD_PROJECT: 'photo-timeline',
  BUCKET: 'photos',
  TASKS_LOCATION: 'local',
  REGISTRATION: 'open',
  IDENTITY: `oidc:${issuer}|photo-timeline`,
});

/**
 * An instance in profile `google` for users of the cloud's own issuer; `env` adds to its environment. Its accounts are
 * others than those of the world's own app. Returns its URL.
 */
export const googleInstance = (world: World, env: Record<string, string> = {}): Promise<string> =>
  secondInstance(world, {}, { ...googleEnv(world.cloud.endpoints.issuer), ...env });
