import request from 'supertest';
import { secondInstance } from '../support/second-instance.ts';
import type { World } from '../support/world.ts';

/** An instance in profile `google`, where addresses count, on the cloud of a world and with its issuer. */
export interface GoogleApp {
  url: string;
  /** An ID token of the stand-in issuer, which this instance takes for a real one. Its account does not exist yet. */
  tokenFor(name: string): Promise<string>;
}

/** What makes requests of `onAppEngine` instances come from an address. */
export const from = (address: string) => ({ 'X-AppEngine-User-IP': address });

/** With `onAppEngine` the instance believes App Engine's front end, so that a test can choose where requests come from. */
export async function googleApp(
  world: World,
  { onAppEngine = true, env = {} }: { onAppEngine?: boolean; env?: Record<string, string> } = {},
): Promise<GoogleApp> {
  const { issuer } = world.cloud.endpoints;
  const url = await secondInstance(
    world,
    {},
    {
      PROFILE: 'google',
      ...(onAppEngine && { GAE_ENV: 'standard' }),
      GOOGLE_CLOUD_PROJECT: 'photo-timeline',
      BUCKET: 'photos',
      TASKS_LOCATION: 'local',
      REGISTRATION: 'open',
      IDENTITY: `oidc:${issuer}|photo-timeline`,
      ...env,
    },
  );
  return {
    url,
    async tokenFor(name) {
      const { body } = await request(issuer).post('/token').send({ name }).expect(200);
      return (body as { token: string }).token;
    },
  };
}
