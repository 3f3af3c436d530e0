import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type DestinationStream, type Logger, type SerializedError } from 'pino';
import { styleText } from 'node:util';
import { withSourcePositions } from './source-positions.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where everything is logged: `log.warn({ err, job }, 'What happened.')`. */
export type Log = Logger;

export interface LogOptions {
  level: LogLevel;
  /** Short lines for a person instead of JSON for Cloud Logging. */
  human?: boolean;
  /** Standard output when left out. */
  destination?: DestinationStream;
  /** Takes each line too, as JSON without secrets. */
  onLine?: ((line: string) => void) | undefined;
}

/** Cloud Logging's names of pino's levels. https://cloud.google.com/logging/docs/structured-logging */
const SEVERITIES: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

const SECRET_FIELDS = ['authorization', 'cookie', 'set-cookie', 'x-local-cloud-secret', 'x-goog-iap-jwt-assertion'];

/** What lines carry besides what they say themselves. */
export type LogFields = Record<string, unknown>;

const context = new AsyncLocalStorage<LogFields>();

/** Runs `run` so that every line logged in it, however deep, carries `fields` too. */
export function withLogFields<T>(fields: LogFields, run: () => T): T {
  return inLogContext({ ...context.getStore(), ...fields }, run);
}

/** Runs `run` so that every line logged in it carries what `fields` holds by then, and nothing else. */
export const inLogContext = <T>(fields: LogFields, run: () => T): T => context.run(fields, run);

/** Adds `fields` to all further lines of what is running, such as a request. What was said first stays. */
export function addLogFields(fields: LogFields): void {
  const known = context.getStore();
  if (known) Object.assign(known, { ...fields, ...known });
}

/** Writes one line of JSON per entry at once, so that a killed process has lost none. */
export function createLog({ level, human = false, destination, onLine }: LogOptions): Log {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ severity: SEVERITIES[label] ?? 'DEFAULT' }) },
    // A copy: pino writes the fields of the line into what it gets here.
    mixin: () => ({ ...context.getStore() }),
    serializers: { err: describedError },
    redact: { paths: SECRET_FIELDS.flatMap(redactedPaths), censor: '[redacted]' },
    hooks: {
      streamWrite(line: string) {
        const shown = withoutSecrets(line);
        onLine?.(shown);
        return human ? describeLine(shown) : shown;
      },
    },
  };
  return pino(options, destination ?? standardOutput());
}

/** What is logged of an error. Its stack names source files. */
const describedError = pino.stdSerializers.wrapErrorSerializer((described: Partial<SerializedError>) => {
  if (described.stack !== undefined) described.stack = withSourcePositions(described.stack);
  return described;
});

/** Bytes of lines that wait for their disk; further ones are dropped. */
const MOST_WAITING_BYTES = 1 << 20;

/** Where standard output is a file on a full disk, lines wait: that one cannot be written is no reason to end anything. */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true, maxLength: MOST_WAITING_BYTES });
  return output.on('error', () => undefined);
}

/** Most lines do not, and one look is cheaper than three. */
const MAY_HOLD_SECRETS = /:\/\/|bearer |upload_id=|X-Goog-Signature=|id_token=|by-grant\/|\bpt_/i;

function redactedPaths(field: string): string[] {
  const key = `["${field}"]`;
  return [key, `*${key}`, `headers${key}`, `*.headers${key}`];
}

/**
 * Takes out of a finished line what gives access: the query of every absolute URL (signatures and upload ids stand
 * there, and libraries put whole URLs into their messages), bearer tokens, personal tokens, and upload grants, which stand
 * in paths.
 */
export function withoutSecrets(line: string): string {
  if (!MAY_HOLD_SECRETS.test(line)) return line;
  return line
    .replaceAll(/(https?:\/\/[^\s"'\\?]+)\?[^\s"'\\)]+/g, '$1?[redacted]')
    .replaceAll(/\b(bearer )[\w.~+/=-]+/gi, '$1[redacted]')
    .replaceAll(/\b(upload_id|X-Goog-Signature|id_token)=[^\s"'\\&]+/gi, '$1=[redacted]')
    .replaceAll(/\b(by-grant\/)[\w.%~-]+/gi, '$1[redacted]')
    .replaceAll(/\bpt_[\w-]+/g, 'pt_[redacted]');
}

/** What a person at a terminal does not want to see in each line: it stands in front, or is always the same. */
const OMITTED = new Set([
  'severity',
  'time',
  'message',
  'httpRequest',
  'calls',
  'err',
  'user',
  'client',
  'logging.googleapis.com/trace',
]);

/**
 * Turns a JSON log line into a short one: time of day, severity, message, what else was given, stack of an error. In
 * colours where standard output shows them and NO_COLOR is not set.
 */
function describeLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const severity = String(entry['severity']);
  const said = 'httpRequest' in entry ? describeRequest(entry) : [inItsColour(severity), entry['message']];
  const head = [styleText('dim', String(entry['time']).slice(11, 23)), ...said];
  const fields = Object.entries(entry).filter(([name, value]) => !OMITTED.has(name) && !isKnown(entry, name, value));
  const rest = fields.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const details = rest.length > 0 ? [styleText('dim', rest.join(' '))] : [];
  return `${[...head, ...details].join(' ')}\n${describeError(entry['err'])}`;
}

/** Method, path, status and time of a request, and its calls to the cloud. The colour of the status stands for its class. */
function describeRequest({ message, calls }: Record<string, unknown>): string[] {
  const [, asked = '', status = '', time = ''] = /^(\S+ \S+) (\d+|broken off) (.+)$/.exec(String(message)) ?? [];
  const colour = STATUS_COLOURS[status[0] ?? ''] ?? 'red';
  const called = Object.entries((calls ?? {}) as Record<string, number>).map(
    ([service, count]) => `${count} ${service}`,
  );
  return [styleText(colour, status.padEnd(8)), asked, styleText('dim', [time, ...called].join(', '))];
}

const STATUS_COLOURS: Record<string, Parameters<typeof styleText>[0]> = {
  1: 'cyan',
  2: 'green',
  3: 'cyan',
  4: 'yellow',
};

function inItsColour(severity: string): string {
  const text = severity.padEnd(8);
  if (severity === 'ERROR' || severity === 'CRITICAL') return styleText('red', text);
  if (severity === 'WARNING') return styleText('yellow', text);
  return severity === 'DEBUG' ? styleText('dim', text) : text;
}

/** The message says some fields already, and the request behind a line is looked up only where there is trouble. */
function isKnown({ severity, message }: Record<string, unknown>, name: string, value: unknown): boolean {
  if (name === 'requestId') return severity === 'INFO' || severity === 'DEBUG';
  return typeof value === 'string' && value !== '' && String(message).includes(value);
}

function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return '';
  return `${String(error.stack).replaceAll(/^/gm, '    ')}\n`;
}
