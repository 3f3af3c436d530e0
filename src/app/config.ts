import { readIdentity, type IdentityConfig } from '../features/accounts/identity-config.ts';
import { readRegistration, type RegistrationConfig } from '../features/accounts/registration-config.ts';
import { EnvironmentReader, type Environment } from '../runtime/environment-reader.ts';
import { LOG_LEVELS, type LogLevel } from '../runtime/log.ts';
import { readMailConfig, readPublicUrl, type MailConfig } from '../mail/mail-config.ts';
import { readReach, type ReachConfig } from './reach-config.ts';
import { readRateLimits, type RateSettings } from '../features/rate-limits/settings.ts';
import { DAY_MS } from '../runtime/durations.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

export interface ServerConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Time that running requests have to finish after the signal to stop. */
  readonly stopGraceMs: number;
}

export interface CloudConfig {
  readonly projectId: string;
  /** Undefined means the project's default database. */
  readonly database: string | undefined;
  readonly bucket: string;
  readonly tasksLocation: string;
  /** Where the local cloud keeps its files. Only the local profile uses it. */
  readonly dataDir: string;
  /** Port of the stand-in issuer. Undefined: its usual port, or a free one while another program has that. */
  readonly identityPort: number | undefined;
  /** Port of the console. Undefined: its usual port, or a free one while another program has that. */
  readonly consolePort: number | undefined;
  /** Services that run elsewhere than the profile says, as host:port or URL. */
  readonly emulators: {
    readonly datastore: string | undefined;
    readonly storage: string | undefined;
    readonly tasks: string | undefined;
  };
  /**
   * A local cloud in a process of its own (`npm run local-cloud`), used instead of the one inside this process. It is
   * set in the local profile if all three services run elsewhere. The secret proves its calls; its token issuer is a
   * URL.
   */
  readonly standalone: { readonly secret: string; readonly issuer: string } | undefined;
}

export interface Config {
  readonly profile: 'local' | 'google';
  /** Whether the program runs on App Engine, whose front end guards the X-AppEngine-* headers. */
  readonly onAppEngine: boolean;
  /** Whether replies are compressed here. App Engine's front end does it there. */
  readonly compresses: boolean;
  readonly server: ServerConfig;
  readonly cloud: CloudConfig;
  readonly identity: IdentityConfig;
  readonly reach: ReachConfig;
  /** Which identities may create an account. */
  readonly registration: RegistrationConfig;
  /** Time without a request after which the session of a page ends. */
  readonly sessionIdleMs: number;
  readonly mail: MailConfig;
  /** How URLs in replies of the API begin: PUBLIC_URL where it is set, else empty. */
  readonly linkBase: string;
  /** Undefined: the key is generated once and stored in Datastore. */
  readonly signingKey: string | undefined;
  /** Bearer token for `/metrics`. Undefined: they can be read only if the program listens on loopback alone. */
  readonly metricsToken: string | undefined;
  readonly limits: {
    readonly maxUploadBytes: number;
    readonly quotaBytes: number;
    /** Storage of all accounts together. Undefined: no limit. */
    readonly maxTotalBytes: number | undefined;
    /** Larger originals are redirected to the bucket: App Engine cuts off replies at 32 MB. */
    readonly maxReplyBytes: number;
    /** Sizes and formats that are made on demand for one user on one day, on each instance. */
    readonly conversionsPerDay: number;
  };
  /** Undefined: requests are not counted. */
  readonly rateLimits: RateSettings | undefined;
  /** Limits of one decode. */
  readonly decoding: {
    /** Time in which it could run: the time of a stopped process or a suspended machine does not count. */
    readonly activeMs: number;
    /** Memory of libheif. */
    readonly heicBytes: number;
  };
  readonly logLevel: LogLevel;
}

/**
 * Reads the whole configuration.
 * @throws Error that lists each missing or bad variable and what it should be, but never its value
 */
export function readConfig(env: Environment): Config {
  const source = new EnvironmentReader(env);
  const onAppEngine = source.text('GAE_ENV') !== undefined;
  const profile = readProfile(source, onAppEngine);
  const server = readServer(source, profile);
  const identity = readIdentity(source, { profile, onAppEngine, host: server.host });
  const config: Config = {
    profile,
    onAppEngine,
    compresses: source.oneOf('COMPRESSION', ['on', 'off'], onAppEngine ? 'off' : 'on') === 'on',
    server,
    cloud: readCloud(source, profile),
    identity,
    reach: readReach(source, identity.kind === 'local'),
    registration: readRegistration(source, profile),
    sessionIdleMs: source.integer('SESSION_IDLE_DAYS', { min: 1, max: 14, fallback: 7 }) * DAY_MS,
    mail: readMailConfig(source, { profile, port: server.port }),
    linkBase: readPublicUrl(source) ?? '',
    signingKey: readSecret(source, 'SIGNING_KEY', 32),
    metricsToken: readSecret(source, 'METRICS_TOKEN', 16),
    limits: {
      maxUploadBytes: source.integer('MAX_UPLOAD_BYTES', { min: 1, fallback: 30 * MIB }),
      quotaBytes: source.integer('QUOTA_BYTES', { min: 1, fallback: 15 * GIB }),
      maxTotalBytes:
        source.text('MAX_TOTAL_BYTES') === undefined
          ? undefined
          : source.integer('MAX_TOTAL_BYTES', { min: 1, fallback: 1 }),
      maxReplyBytes: source.integer('MAX_REPLY_BYTES', {
        min: 1,
        fallback: profile === 'google' ? 30 * MIB : Number.MAX_SAFE_INTEGER,
      }),
      conversionsPerDay: source.integer('CONVERSIONS_PER_DAY', { min: 1, fallback: 2000 }),
    },
    rateLimits: readRateLimits(source),
    decoding: {
      activeMs: source.integer('DECODE_MS', { min: 1, fallback: 20_000 }),
      heicBytes: source.integer('DECODE_HEIC_BYTES', { min: 1, fallback: 1024 * MIB }),
    },
    logLevel: source.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  source.check();
  return config;
}

/**
 * Reads only the settings of the cloud, for the command lines in `cli/`.
 * @throws Error like `readConfig`
 */
export function readCloudConfig(env: Environment): Pick<Config, 'profile' | 'cloud'> {
  const source = new EnvironmentReader(env);
  const profile = readProfile(source, source.text('GAE_ENV') !== undefined);
  const cloud = readCloud(source, profile);
  source.check();
  return { profile, cloud };
}

function readProfile(source: EnvironmentReader, onAppEngine: boolean): Config['profile'] {
  const profile = source.oneOf('PROFILE', ['local', 'google'], onAppEngine ? 'google' : 'local');
  if (onAppEngine && profile === 'local') source.fault('PROFILE', 'must be google where GAE_ENV is set');
  return profile;
}

function readServer(source: EnvironmentReader, profile: Config['profile']): ServerConfig {
  return {
    host: source.text('HOST') ?? (profile === 'local' ? '127.0.0.1' : '0.0.0.0'),
    port: source.integer('PORT', { min: 0, max: 65_535, fallback: 8080 }),
    stopGraceMs: source.integer('STOP_GRACE_MS', { min: 0, fallback: 2000 }),
  };
}

function readCloud(source: EnvironmentReader, profile: Config['profile']): CloudConfig {
  const local = profile === 'local';
  const projectId = source.required('GOOGLE_CLOUD_PROJECT', local ? 'photo-timeline' : undefined);
  const emulators = {
    datastore: source.endpoint('DATASTORE_EMULATOR_HOST'),
    storage: source.endpoint('STORAGE_EMULATOR_HOST'),
    tasks: source.endpoint('CLOUD_TASKS_EMULATOR_HOST'),
  };
  const allElsewhere = Object.values(emulators).every((endpoint) => endpoint !== undefined);
  return {
    projectId,
    database: source.text('DATASTORE_DATABASE'),
    bucket: source.text('BUCKET') ?? (local ? 'photos' : `${projectId}.appspot.com`),
    tasksLocation: source.required('TASKS_LOCATION', local ? 'local' : undefined),
    dataDir: source.text('DATA_DIR') ?? '.data',
    identityPort: readPort(source, 'LOCAL_IDENTITY_PORT'),
    consolePort: readPort(source, 'CONSOLE_PORT'),
    emulators,
    standalone: local && allElsewhere ? readStandalone(source) : undefined,
  };
}

function readPort(source: EnvironmentReader, name: string): number | undefined {
  if (source.text(name) === undefined) return undefined;
  return source.integer(name, { min: 0, max: 65_535, fallback: 0 });
}

function readStandalone(source: EnvironmentReader): CloudConfig['standalone'] {
  const printed = (name: string) => {
    const value = source.text(name);
    if (value === undefined) source.fault(name, 'must be what the local cloud printed, where it runs on its own');
    return value ?? '';
  };
  return { secret: printed('LOCAL_CLOUD_SECRET'), issuer: printed('LOCAL_IDENTITY_ISSUER') };
}

function readSecret(source: EnvironmentReader, name: string, least: number): string | undefined {
  const secret = source.text(name);
  if (secret !== undefined && secret.length < least) source.fault(name, `must have at least ${least} characters`);
  return secret;
}
