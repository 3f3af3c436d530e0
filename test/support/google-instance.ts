import { secondInstance } from './second-instance.ts';
import type { World } from './world.ts';

/** The environment of an instance in profile `google` on the cloud of a world, whose issuer is as good as any other. */
export const googleEnv = ({ cloud }: World): Record<string, string> => ({
  PROFILE: 'google',
  HOST: '127.0.0.1',
  GOOGLE_CLOUD_PROJECT: 'photo-timeline',
  BUCKET: 'photos',
  TASKS_LOCATION: 'local',
  REGISTRATION: 'open',
  IDENTITY: `oidc:${cloud.endpoints.issuer}|photo-timeline`,
});

/** An instance in profile `google`. Its accounts are others than those of the world's own app. Returns its URL. */
export const googleInstance = (world: World): Promise<string> => secondInstance(world, {}, googleEnv(world));
