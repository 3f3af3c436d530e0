import { parseArgs } from 'node:util';
import { z } from 'zod';

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((number) => number <= 65_535);

const port = (usual: number, what: string) =>
  portNumber.prefault(String(usual)).describe(`PORT of ${what}, 0 takes a free one (${usual})`);

/** Two dashes begin the next option: the value was forgotten. */
const word = z.string().regex(/^(?!--)./);

const file = (usual: string) => word.optional().describe(`FILE (${usual} of this folder, if there is one)`);

const text = (usual: string, what: string) => word.default(usual).describe(`${what} (${usual})`);

/** What can be said on the command line; the descriptions are what its user reads. */
const Options = z.strictObject({
  datastore: port(8081, 'Datastore'),
  storage: port(9023, 'Storage'),
  tasks: port(8123, 'Tasks'),
  identity: port(9099, 'the issuer of ID tokens'),
  console: portNumber
    .optional()
    .describe('PORT of the console, 0 takes a free one (8000, or a free one if it is taken)'),
  'data-dir': text('.data', 'DIR of everything that is kept'),
  indexes: file('index.yaml'),
  queues: file('queue.yaml'),
  cron: file('cron.yaml'),
  app: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('URL of the application that tasks and cron call (none)'),
  consistency: z
    .string()
    .regex(/^(0|1|0?\.\d+|[01]\.0+)$/)
    .transform(Number)
    .prefault('1')
    .describe('SHARE of fresh writes that global queries see at once, 0 to 1 (1)'),
  concurrency: z
    .enum(['optimistic', 'pessimistic'])
    .default('optimistic')
    .describe('MODE of transactions: optimistic or pessimistic (optimistic)'),
  'group-rate': z
    .string()
    .regex(/^\d*\.?\d+$/)
    .transform(Number)
    .refine((rate) => rate > 0)
    .optional()
    .describe('RATE of commits per second that an entity group takes, 1 on the legacy engine (as many as come)'),
  project: text('photo-timeline', 'ID of the project'),
  location: text('local', 'NAME of the location of the queues'),
  bucket: z
    .array(word)
    .default(['photos'])
    .describe('NAME of a bucket that is made if it is not there, as often as you like (photos)'),
  'allow-host': z
    .array(word)
    .default([])
    .describe(
      'NAME by which programs and pages may call besides localhost, as host.docker.internal, repeatable (none)',
    ),
  clock: z.iso
    .datetime({ offset: true })
    .transform((instant) => Date.parse(instant))
    .optional()
    .describe('INSTANT, as 2026-11-20T18:00:00Z, at which the time stands until a parent process moves it (real time)'),
});

/** Options that may be given several times. */
const REPEATABLE = new Set(['bucket', 'allow-host']);

export type CliOptions = z.output<typeof Options>;

/**
 * Reads the command line.
 * @throws Error that names everything that is wrong with it, and then all options with what they take.
 */
export function readCliOptions(args: string[]): CliOptions {
  const names = Object.keys(Options.shape);
  const known = names.map((name) => [name, { type: 'string', multiple: REPEATABLE.has(name) }] as const);
  const options = Object.fromEntries(known);
  const { values, positionals } = parseArgs({ args, options, strict: false, allowPositionals: true });
  const read = Options.safeParse(values);
  const faults = [...positionals.map((word) => `"${word}" belongs to no option.`), ...describeFaults(read.error)];
  if (read.success && faults.length === 0) return read.data;
  throw new Error([...faults, describeOptions()].join('\n'));
}

/** All options with what they take, and in brackets what counts without them. */
export function describeOptions(): string {
  const lines = Object.entries(Options.shape).map(([name, { description }]) => `  --${name} ${description}`);
  return ['The options are:', ...lines].join('\n');
}

function describeFaults(error?: z.ZodError): string[] {
  const faults = (error?.issues ?? []).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => `There is no --${name}.`);
    const name = String(issue.path[0]) as keyof CliOptions;
    return [`--${name} takes ${Options.shape[name].description}.`];
  });
  return [...new Set(faults)];
}
