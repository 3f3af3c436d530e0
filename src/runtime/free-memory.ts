/**
 * Frees the memory of bytes that are no longer needed, at once. Photos pass through memory that V8 counts: left
 * to its collector, it scans the whole heap for every few of them.
 */
export function release(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  // Small ones may be cut from a buffer that others share.
  const isOwner = isAlone(bytes) || byteLength > Buffer.poolSize;
  if (isOwner && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

/** Whether no other bytes can lie in the same buffer. */
export const isAlone = ({ byteLength, buffer }: Uint8Array): boolean => byteLength === buffer.byteLength;
