import { PhotoTimelineError } from '../../client/index.ts';

/** Ends the run: what is wrong with the folder or the account, in words for a person. */
export class TakeoutFault extends Error {}

/** Says why a run or one file failed, and what to do. */
export function explainTakeoutFault(error: unknown): string {
  if (error instanceof PhotoTimelineError)
    return `${wordsOf(error)} What is saved stays: run the command again to go on.`;
  if (error instanceof TakeoutFault) return error.message;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : DISK_WORDS[code];
  return words ? `${words}${path ? ` (${path})` : ''}` : (message ?? String(error));
}

/** Whether the run cannot go on: the next file would fail in the same way. */
export function endsTakeout(error: unknown): boolean {
  if (error instanceof TakeoutFault) return true;
  if (error instanceof PhotoTimelineError) return ENDING.has(error.code);
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && code in DISK_WORDS;
}

const ENDING: ReadonlySet<string> = new Set([
  'unreachable',
  'unauthenticated',
  'scope-missing',
  'account-erased',
  'account-suspended',
]);

const DISK_WORDS: Record<string, string> = {
  ENOSPC: 'The disk is full. Make space, then run the command again: it goes on where it stopped.',
  EDQUOT: 'Your share of the disk is full. Make space, then run the command again: it goes on where it stopped.',
  EFBIG: 'A file is larger than the disk can hold. Choose a folder on another disk.',
  EACCES: 'This program may not write there. Choose another folder, or change its permissions.',
  EPERM: 'This program may not write there. Choose another folder, or change its permissions.',
  EROFS: 'The disk cannot be written to. Choose a folder on another disk.',
  EEXIST: 'A file stands where a folder is needed. Choose another folder.',
  ENOTDIR: 'A file stands where a folder is needed. Choose another folder.',
  EIO: 'The disk has failed to write. Check it before you run the command again.',
};

function wordsOf(error: PhotoTimelineError): string {
  const code: string = error.code;
  switch (code) {
    case 'unauthenticated':
      return 'The service does not accept this access key. It is wrong, was revoked or has ended. Make one on /settings.';
    case 'scope-missing':
      return 'This access key does not permit a takeout. It needs the scopes read and export. Make one on /settings.';
    case 'cursor-mismatch':
      return 'This folder holds the takeout of another account. Choose another folder, or the access key of that account.';
    case 'unreachable':
      return `The service cannot be reached (${causeOf(error)}). Check the address and your network.`;
    case 'not-found':
      return 'At this address there is no photo timeline that can be taken out. Check --url.';
    case 'rate-limited':
      return `The service asks to wait ${Math.ceil((error.retryAfterMs ?? 60_000) / 1000)} seconds.`;
    default:
      return `The service has refused: ${error.detail}`;
  }
}

/** `fetch` says only that it has failed; its cause says why. */
function causeOf({ cause }: Error): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const { code, message } = (inner ?? {}) as NodeJS.ErrnoException;
  return code ?? (message || 'no reply');
}
