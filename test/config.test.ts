import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/app/config.ts';
import { RATE_DEFAULTS } from '../src/features/rate-limits/settings.ts';

const GOOGLE = {
  PROFILE: 'google',
  GOOGLE_CLOUD_PROJECT: 'my-photos',
  TASKS_LOCATION: 'europe-west1',
  IDENTITY: 'firebase:my-photos',
};

test('an empty environment gives the whole local profile', () => {
  expect(readConfig({})).toEqual({
    profile: 'local',
    onAppEngine: false,
    server: { host: '127.0.0.1', port: 8080, stopGraceMs: 2000 },
    cloud: {
      projectId: 'photo-timeline',
      database: undefined,
      bucket: 'photos',
      tasksLocation: 'local',
      dataDir: '.data',
      emulators: { datastore: undefined, storage: undefined, tasks: undefined },
      standalone: undefined,
    },
    identity: { kind: 'local' },
    reach: { allowedHosts: [], allowedOrigins: [] },
    registration: { kind: 'open' },
    sessionIdleMs: 7 * 24 * 3_600_000,
    mail: {
      smtpUrl: undefined,
      from: 'Photo Timeline <photos@localhost>',
      publicUrl: 'http://localhost:8080',
    },
    linkBase: '',
    compresses: true,
    signingKey: undefined,
    metricsToken: undefined,
    limits: {
      maxUploadBytes: 31_457_280,
      quotaBytes: 16_106_127_360,
      maxReplyBytes: Number.MAX_SAFE_INTEGER,
      conversionsPerDay: 2000,
    },
    rateLimits: RATE_DEFAULTS,
    decoding: { activeMs: 20_000, heicBytes: 1_073_741_824 },
    logLevel: 'info',
  });
});

test('an empty variable counts as not set', () => {
  expect(readConfig({ PORT: '', BUCKET: ' ' })).toEqual(readConfig({}));
});

test('the google profile listens on all addresses and names its bucket after the project', () => {
  expect(readConfig(GOOGLE)).toMatchObject({
    profile: 'google',
    server: { host: '0.0.0.0' },
    cloud: { projectId: 'my-photos', bucket: 'my-photos.appspot.com', tasksLocation: 'europe-west1' },
    limits: { maxReplyBytes: 31_457_280 },
  });
});

test('on App Engine the profile is google', () => {
  const { PROFILE: _, ...rest } = GOOGLE;
  expect(readConfig({ ...rest, GAE_ENV: 'standard' })).toMatchObject({ profile: 'google', onAppEngine: true });
  expect(() => readConfig({ ...GOOGLE, PROFILE: 'local', GAE_ENV: 'standard' })).toThrow(/PROFILE must be google/);
});

test('every fault is named in one message, and no value is shown', () => {
  const env = { PROFILE: 'google', PORT: '80 80', SIGNING_KEY: 'sesame', LOG_LEVEL: 'loud', QUOTA_BYTES: '-1' };
  const message = messageOf(() => readConfig(env));
  for (const name of ['GOOGLE_CLOUD_PROJECT', 'TASKS_LOCATION', 'IDENTITY', ...Object.keys(env).slice(1)]) {
    expect(message).toContain(`${name} must`);
  }
  for (const value of ['80 80', 'sesame', 'loud', '-1']) expect(message).not.toContain(value);
});

test.each(['1e3', '0x50', '8080.5', '65536', 'NaN', '१'])('%s is no port', (port) => {
  expect(() => readConfig({ PORT: port })).toThrow(/PORT must be a whole number from 0 to 65535/);
});

test('a list of issuers is understood', () => {
  const list = 'firebase:p, google:id.apps.example, iap:/projects/1/apps/p, oidc:https://id.example/realm|photos';
  expect(readConfig({ IDENTITY: list }).identity).toEqual({
    kind: 'issuers',
    issuers: [
      { kind: 'firebase', project: 'p' },
      { kind: 'google', clientId: 'id.apps.example' },
      { kind: 'iap', audience: '/projects/1/apps/p' },
      { kind: 'oidc', issuer: 'https://id.example/realm', audience: 'photos' },
    ],
  });
});

test.each([
  'firebase:',
  'local,firebase:p',
  'github:me',
  'oidc:https://id.example',
  'oidc:http://id.example|photos',
  'oidc:nowhere|photos',
  'firebase:p,',
])('the identity %j is refused', (identity) => {
  expect(() => readConfig({ IDENTITY: identity })).toThrow(/IDENTITY must be local, pairing or a comma-separated list/);
});

test('the stand-in identity is refused on App Engine and wherever others can reach it', () => {
  expect(() => readConfig({ ...GOOGLE, IDENTITY: 'local', GAE_ENV: 'standard' })).toThrow(/where GAE_ENV is set/);
  expect(() => readConfig({ HOST: '0.0.0.0' })).toThrow(/unless HOST is a loopback address/);
  expect(() => readConfig({ HOST: '127.0.0.1.example.com' })).toThrow(/unless HOST is a loopback address/);
  for (const host of ['localhost', '127.0.0.2', '::1']) expect(readConfig({ HOST: host }).server.host).toBe(host);
});

test('pairing is an identity of its own, beyond loopback too, but not on App Engine', () => {
  expect(readConfig({ IDENTITY: 'pairing', HOST: '0.0.0.0' }).identity).toEqual({ kind: 'pairing' });
  expect(() => readConfig({ ...GOOGLE, IDENTITY: 'pairing', GAE_ENV: 'standard' })).toThrow(/must not be pairing/);
});

test('a secret belongs to a client of the identity, and may hold the sign that splits the pair', () => {
  const env = { IDENTITY: 'google:id-1,oidc:https://id.example|photos', CLIENT_SECRETS: 'id-1=a=b, photos=c' };
  expect(readConfig(env).identity).toEqual({
    kind: 'issuers',
    issuers: [
      { kind: 'google', clientId: 'id-1', secret: 'a=b' },
      { kind: 'oidc', issuer: 'https://id.example', audience: 'photos', secret: 'c' },
    ],
  });
  for (const CLIENT_SECRETS of ['other=c', 'photos', 'photos=']) {
    expect(() => readConfig({ ...env, CLIENT_SECRETS })).toThrow(/CLIENT_SECRETS must be a list/);
  }
});

test('registration is closed outside the local profile unless it is set', () => {
  const registrationOf = (REGISTRATION?: string) =>
    readConfig({ ...GOOGLE, ...(REGISTRATION && { REGISTRATION }) }).registration;
  expect(registrationOf()).toEqual({ kind: 'closed' });
  expect(registrationOf('open')).toEqual({ kind: 'open' });
  expect(registrationOf('domain:Example.org, example.net')).toEqual({
    kind: 'domain',
    domains: ['example.org', 'example.net'],
  });
  expect(registrationOf('list:Ana@Example.com, https://id.example/realm|auth0|7')).toEqual({
    kind: 'list',
    people: [{ address: 'ana@example.com' }, { issuer: 'https://id.example/realm', subject: 'auth0|7' }],
  });
});

test.each([
  'Open',
  'domain:',
  'domain:example',
  'domain:*.example.org',
  'domain:@example.org',
  'domain:example.org,',
  'list:',
  'list:ana',
  'list:ana@example.com ben@example.com',
  'list:nowhere|7',
  'list:https://id.example|',
  'everybody',
])('the registration %j is refused', (registration) => {
  expect(() => readConfig({ REGISTRATION: registration })).toThrow(/REGISTRATION must be open, closed, domain:/);
});

test('the shipped app.yaml is refused by the names of its placeholders, and registration is closed once they are filled in', () => {
  const file = readFileSync(join(import.meta.dirname, '../app.yaml'), 'utf8');
  const { env_variables: shipped } = parse(file) as { env_variables: Record<string, string> };
  const env = { GAE_ENV: 'standard', GOOGLE_CLOUD_PROJECT: 'my-photos', ...shipped };
  const placeholder = /^[^:]*: IDENTITY still holds the placeholder your-project: write your own value there/;
  expect(messageOf(() => readConfig(env)).replace(/^Error: /, '')).toMatch(placeholder);
  const config = readConfig({ ...env, IDENTITY: 'firebase:my-photos' });
  expect(config.registration).toEqual({ kind: 'closed' });
});

test.each(['BUCKET', 'SIGNING_KEY', 'METRICS_TOKEN', 'PUBLIC_URL', 'TASKS_LOCATION'])(
  'a placeholder in %s is refused, and a name that only begins like one is not',
  (name) => {
    const value = 'https://your-project.example/a-value-of-32-characters-or-more';
    expect(() => readConfig({ [name]: value })).toThrow(`${name} still holds the placeholder your-project`);
    readConfig({ [name]: value.replace('your-project', 'your-projects-7') });
  },
);

test('one service of the local cloud can be replaced by another emulator', () => {
  const { emulators } = readConfig({
    DATASTORE_EMULATOR_HOST: '[::1]:8081',
    STORAGE_EMULATOR_HOST: 'http://h:1',
  }).cloud;
  expect(emulators).toEqual({ datastore: '[::1]:8081', storage: 'http://h:1', tasks: undefined });
  expect(() => readConfig({ CLOUD_TASKS_EMULATOR_HOST: 'host:port' })).toThrow(/CLOUD_TASKS_EMULATOR_HOST must be/);
});

test('a local cloud that runs on its own is described by what it printed', () => {
  const env = {
    DATASTORE_EMULATOR_HOST: '127.0.0.1:8081',
    STORAGE_EMULATOR_HOST: 'http://127.0.0.1:9023',
    CLOUD_TASKS_EMULATOR_HOST: '127.0.0.1:8123',
  };
  const printed = { LOCAL_CLOUD_SECRET: 'sesame', LOCAL_IDENTITY_ISSUER: 'http://127.0.0.1:9099' };
  const standalone = { secret: 'sesame', issuer: 'http://127.0.0.1:9099' };
  expect(readConfig({ ...env, ...printed }).cloud.standalone).toEqual(standalone);
  expect(messageOf(() => readConfig(env))).toMatch(/LOCAL_CLOUD_SECRET must be .*LOCAL_IDENTITY_ISSUER must be /);
  // One foreign emulator, or Google's services, is no local cloud of its own.
  expect(readConfig({ ...printed, STORAGE_EMULATOR_HOST: 'h:1' }).cloud.standalone).toBeUndefined();
  expect(readConfig({ ...GOOGLE, ...env, ...printed }).cloud.standalone).toBeUndefined();
});

test('mail by SMTP needs a sender and an address for its links', () => {
  const env = { ...GOOGLE, SMTP_URL: 'smtps://user:sesame@mail.example' };
  expect(messageOf(() => readConfig(env))).toMatch(/MAIL_FROM must be set.*PUBLIC_URL must be set/);
  const config = readConfig({ ...env, MAIL_FROM: 'Photos <p@example.org>', PUBLIC_URL: 'https://photos.example/' });
  expect(config.mail).toEqual({
    smtpUrl: 'smtps://user:sesame@mail.example',
    from: 'Photos <p@example.org>',
    publicUrl: 'https://photos.example',
  });
});

test('a bad mail setting is named, and its secret is not shown', () => {
  const env = { SMTP_URL: 'http://user:sesame@mail.example', MAIL_FROM: 'me', PUBLIC_URL: 'photos.example' };
  const message = messageOf(() => readConfig(env));
  expect(message).not.toContain('sesame');
  for (const name of Object.keys(env)) expect(message).toContain(`${name} must be`);
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return String(error);
  }
  return '';
}

test('RATE_LIMITS changes what it names and keeps the rest', () => {
  const { rateLimits } = readConfig({ RATE_LIMITS: 'api=0.5/60, uploads=2,sign-ins=1/5' });
  const named = { api: { perSecond: 0.5, burst: 60 }, uploads: 2, signIns: { perSecond: 1, burst: 5 } };
  expect(rateLimits).toEqual({ ...RATE_DEFAULTS, ...named });
  expect(readConfig({ RATE_LIMITS: 'off' }).rateLimits).toBeUndefined();
});

test.each(['none', 'api', 'api=20', 'api=20/0', 'api=0/600', 'api=-1/600', 'uploads=0', 'uploads=2.5', 'uploads=8/8'])(
  'RATE_LIMITS=%s is refused with what to write instead',
  (text) => {
    expect(() => readConfig({ RATE_LIMITS: text })).toThrow(/RATE_LIMITS must be off, or a list such as api=20\/600,/);
  },
);

test.each(['api=20/600,', 'api=20/600,api=1/1', 'apis=20/600', 'off,api=20/600', 'api=20/600;uploads=8'])(
  'RATE_LIMITS=%s is refused as a list',
  (text) => {
    expect(() => readConfig({ RATE_LIMITS: text })).toThrow(/RATE_LIMITS must be off, or a list/);
  },
);
