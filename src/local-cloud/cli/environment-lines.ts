import type { LocalEndpoints } from '../options.ts';

export interface Surroundings {
  endpoints: LocalEndpoints;
  projectId: string;
  location: string;
  bucket: string;
}

/** The environment of a program that is to use this cloud, as lines that a shell runs. */
export function environmentLines({ endpoints, projectId, location, bucket }: Surroundings): string[] {
  const environment = {
    // Google's clients read these by themselves, all but the third, which the Tasks client has to be told.
    DATASTORE_EMULATOR_HOST: endpoints.datastore,
    STORAGE_EMULATOR_HOST: endpoints.storage,
    CLOUD_TASKS_EMULATOR_HOST: endpoints.tasks,
    DATASTORE_PROJECT_ID: projectId,
    GOOGLE_CLOUD_PROJECT: projectId,
    // What Storage's client signs URLs with.
    GOOGLE_APPLICATION_CREDENTIALS: endpoints.keyFile,
    // Google's clients would look for a machine of Google's around them.
    METADATA_SERVER_DETECTION: 'none',
    TASKS_LOCATION: location,
    BUCKET: bucket,
    LOCAL_CLOUD_SECRET: endpoints.secret,
    LOCAL_IDENTITY_ISSUER: endpoints.issuer,
  };
  return Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`);
}

const quoted = (value: string) => (/^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`);
