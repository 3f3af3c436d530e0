import type { CloudCode } from './cloud-error.ts';

interface DiskFault {
  code: CloudCode;
  /** What is wrong and what can be done, as a sentence. */
  message: string;
}

/** Translates an error of the disk or of a file on it; undefined for any other error. */
export function diskFault(error: unknown): DiskFault | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode, code } = error as { errcode?: number; code?: string };
  // The low byte of SQLite's extended codes is the primary one.
  const kind = errcode === undefined ? SYSTEM_ERRORS[code ?? ''] : SQLITE_ERRORS[errcode & 0xff];
  return kind && { code: kind.code, message: `${kind.says} (${error.message}). ${kind.help}` };
}

type Kind = { code: CloudCode; says: string; help: string };

const FULL: Kind = {
  code: 'RESOURCE_EXHAUSTED',
  says: 'The disk of the local cloud is full',
  help: 'Nothing of this call was kept. Make room and try again.',
};
const READ_ONLY: Kind = {
  code: 'UNAVAILABLE',
  says: 'The disk of the local cloud cannot be written to',
  help: 'Nothing of this call was kept. Make it writable and try again.',
};
const BROKEN: Kind = {
  code: 'INTERNAL',
  says: 'The disk of the local cloud does not work',
  help: 'Whether this call was kept shows after a restart.',
};
const DAMAGED: Kind = {
  code: 'DATA_LOSS',
  says: 'A file of the local cloud is damaged',
  help: 'Stop it and bring back a copy of its data folder, or move the folder away to start with an empty one.',
};

/** sqlite3.h: READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB. */
const SQLITE_ERRORS: Record<number, Kind> = {
  8: READ_ONLY,
  10: BROKEN,
  11: DAMAGED,
  13: FULL,
  14: BROKEN,
  26: DAMAGED,
};

const SYSTEM_ERRORS: Record<string, Kind> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  EROFS: READ_ONLY,
  EIO: BROKEN,
};
