import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';

/** A command line. */
export type AdminCommand =
  | { readonly does: 'help' }
  | { readonly does: 'reports' }
  | { readonly does: 'suspend' | 'unsuspend' | 'history'; readonly handle: string; readonly reason: string }
  | { readonly does: 'revoke-share' | 'dismiss'; readonly share: string; readonly reason: string };

export const USAGE = `npm run admin -- COMMAND

  reports                     lists what guests have reported of shared links
  suspend HANDLE              closes an account: no sign-in and no change, and its links and public page show nothing
  unsuspend HANDLE            opens it again, with all that it had
  revoke-share SHARE          ends a shared link; SHARE is its address, its token or its id
  dismiss SHARE               forgets the reports about a shared link, which stays
  history HANDLE              lists what was done to an account by these commands
    [--reason 'TEXT']           is kept with what is done

It works beside a running \`npm start\` and on the data folder of a stopped one (DATA_DIR says which), with
DATASTORE_EMULATOR_HOST, and with PROFILE=google and GOOGLE_CLOUD_PROJECT, by your own account at Google.
Built: \`node dist/cli/admin/main.js\`.
`;

/** @throws UsageError */
export function readAdminCommand(args: string[]): AdminCommand {
  const { values, positionals } = parse(args);
  const [does, about, ...others] = positionals;
  if (values.help || does === undefined) return { does: 'help' };
  const { reason = '' } = values;
  if (others.length > 0) throw new UsageError(`${does} takes one argument.`);
  switch (does) {
    case 'reports':
      if (about !== undefined || reason !== '') throw new UsageError('reports takes no arguments.');
      return { does };
    case 'suspend':
    case 'unsuspend':
    case 'history':
      if (about === undefined) throw new UsageError(`${does} takes the handle of an account.`);
      return { does, handle: about, reason };
    case 'revoke-share':
    case 'dismiss':
      if (about === undefined) throw new UsageError(`${does} takes the address, the token or the id of a shared link.`);
      return { does, share: about, reason };
    default:
      throw new UsageError(`There is no command ${does}.`);
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { reason: { type: 'string' }, help: { type: 'boolean' } },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
