import { addLogFields } from '../../../runtime/log.ts';
import type { SignInFault, SignInFaultKind } from '../../sign-in/sign-in-fault.ts';

const STATUS: Record<SignInFaultKind, number> = { stale: 400, denied: 403, busy: 503, refused: 502 };

/** Says what a person is told when a sign-in at an issuer did not succeed, with the status. The log gets the cause. */
export function tellFault(error: SignInFault, name = 'The sign-in service'): { status: number; fault: string } {
  addLogFields({ reason: `sign-in-${error.kind}`, detail: error.message, err: error.cause });
  return { status: STATUS[error.kind], fault: wordsFor(error.kind, name) };
}

function wordsFor(kind: SignInFaultKind, name: string): string {
  if (kind === 'stale') return 'This sign-in took too long, or it was begun in another tab. Sign in again.';
  if (kind === 'denied') return `You have not finished the sign-in at ${name}. Nothing was changed.`;
  if (kind === 'busy') return `${name} cannot sign you in at the moment. Try again in a little while.`;
  return `${name} does not accept this service. Tell the operator of this service.`;
}
