import { sendOperation } from './calls.ts';
import { Transport, type TokenSource, type TransportOptions } from './transport.ts';

/** Signs in by a name at the stand-in issuer of the local profile. Asks for a new token when one is refused. */
export function localSignIn(name: string, options: Omit<TransportOptions, 'token'>): Exclude<TokenSource, string> {
  const transport = new Transport(options);
  let asked: Promise<string> | undefined;
  let last: string | undefined;
  const ask = async () => {
    last = undefined;
    const { body } = await sendOperation(transport, 'post /local/token', { body: { name } });
    return (last = body.token);
  };
  return (refused) => {
    // Of several requests that were refused together, the first one renews the token for all.
    if (asked === undefined || (refused !== undefined && refused === last)) {
      asked = ask().catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
    }
    return asked;
  };
}
