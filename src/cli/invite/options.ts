import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';
import { parseInvitee, type Invitee } from '../../features/accounts/registration-config.ts';

/** A command line. */
export type InviteCommand =
  | { readonly does: 'help' }
  | { readonly does: 'list' }
  | { readonly does: 'invite'; readonly invitee: Invitee; readonly days: number }
  | { readonly does: 'remove'; readonly invitee: Invitee };

export const USAGE = `npm run invite -- ADDRESS

  ADDRESS                     lets this person create an account: the issuer must have verified the address
  --for 'ISSUER|SUBJECT'      instead of an address: issuer and subject of the person, as in the refusal
    [--days 14]                 the invitation ends after so many days, 1 to 365
  --list                      lists the invitations that are not used and have not ended
  --remove ADDRESS            removes an invitation; also with --for

An invitation is for one account, and is valid at once. There is no link to send: tell the person where the service is.
It works beside a running \`npm start\` (DATA_DIR says which), with DATASTORE_EMULATOR_HOST, and with PROFILE=google and
GOOGLE_CLOUD_PROJECT, by your own account at Google. Built: \`node dist/cli/invite/main.js\`.
`;

/** @throws UsageError */
export function readInviteCommand(args: string[]): InviteCommand {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return { does: 'help' };
  if (values.list) {
    if (args.length > 1) throw new UsageError('--list takes no other arguments.');
    return { does: 'list' };
  }
  const [person, ...others] = [...positionals, ...(values.for === undefined ? [] : [values.for])];
  if (person === undefined || others.length > 0) throw new UsageError('Give one address, or --for.');
  const invitee = parseInvitee(person);
  if (!invitee || 'address' in invitee !== (values.for === undefined)) throw new UsageError(notAPerson(values.for));
  if (!values.remove) return { does: 'invite', invitee, days: daysOf(values.days) };
  if (values.days !== undefined) throw new UsageError('--days is for an invitation, not for --remove.');
  return { does: 'remove', invitee };
}

function parse(args: string[]) {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const options = { for: text, days: text, list: flag, remove: flag, help: flag } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const notAPerson = (named: string | undefined) =>
  named === undefined
    ? 'That is not one e-mail address, such as ana@example.com.'
    : "--for takes an issuer's URL, a bar and a subject, such as 'https://id.example|7', or 'local|ana'.";

function daysOf(text = '14'): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (days >= 1 && days <= 365) return days;
  throw new UsageError('--days must be a whole number from 1 to 365.');
}
