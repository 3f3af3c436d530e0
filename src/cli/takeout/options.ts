import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';

/** A command line. */
export type TakeoutCommand =
  | { readonly does: 'help' }
  | { readonly does: 'take'; readonly folder: string; readonly service: string; readonly token: string };

export const USAGE = `npm run takeout -- --to DIR

  --to DIR        the folder: a new or empty one, or one with an earlier takeout, which is brought up to date
  --url URL       where the service is, as in https://photos.example; else PHOTO_TIMELINE_URL
  --token TOKEN   an access key with the scopes read and export (page /settings); else PHOTO_TIMELINE_TOKEN

It saves the originals, a sidecar (XMP) with your words beside each, your albums as lists, and manifest.ndjson. It can be
stopped at any time: the next run goes on. Photos that you have deleted are moved to DIR/removed. No file is deleted.
`;

/** @throws UsageError */
export function readTakeoutCommand(args: string[], env: NodeJS.ProcessEnv): TakeoutCommand {
  const { values } = parse(args);
  if (values.help || args.length === 0) return { does: 'help' };
  const { to, url = env['PHOTO_TIMELINE_URL'], token = env['PHOTO_TIMELINE_TOKEN'] } = values;
  if (!to) throw new UsageError('Name the folder with --to DIR.');
  if (!url) throw new UsageError('Say where the service is, with --url or PHOTO_TIMELINE_URL.');
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--url takes an address such as https://photos.example, not ${url}.`);
  }
  if (!token) throw new UsageError('Give an access key, with --token or PHOTO_TIMELINE_TOKEN. Make it on /settings.');
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UsageError('The access key has characters that no access key has.');
  return { does: 'take', folder: to, service: url, token };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = { to: text, url: text, token: text, help: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args, options });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
