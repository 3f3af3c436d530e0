import type { Request } from 'express';

/** Whether the head of a request says that a body of at least one byte, or of unknown length, follows. */
export function announcesBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || announcedLength(headers) > 0;
}

/** The length that a request's head gives, in bytes; 0 when it gives none. */
export function announcedLength(headers: Request['headers']): number {
  return Number(headers['content-length'] ?? 0);
}
