import { z } from 'zod';
import { randomText } from '../runtime/ids.ts';

/** Bytes of arguments that travel in the task itself. The whole task may have 100 KB (docs/platform.md#tasks). */
const LARGEST_INLINE_BYTES = 90_000;

/** How the names of all stored arguments begin. */
export const ARGUMENTS_PREFIX = 'deferred/';

/** The name of an object that holds arguments: what a task brings must not reach any other. */
export const StoredArguments = z.string().regex(/^deferred\/[0-9A-Za-z]{24}$/);

/** The bucket, as far as arguments need it. */
export interface ArgumentStore {
  save(name: string, bytes: Buffer, type: string): Promise<void>;
  read(name: string): Promise<Buffer | undefined>;
  remove(...names: string[]): Promise<void>;
}

/** Arguments as a task carries them: as they are, or the name of the object that they were put into. */
type PackedArguments = { args: unknown } | { stored: string };

/** Arguments too long for a task go through the bucket, and are erased when the call has ended. */
export function deferredArguments(blobs: ArgumentStore) {
  return {
    async pack(args: unknown): Promise<PackedArguments> {
      const bytes = Buffer.from(JSON.stringify(args) ?? 'null');
      if (bytes.length <= LARGEST_INLINE_BYTES) return { args };
      const stored = `${ARGUMENTS_PREFIX}${randomText(24)}`;
      await blobs.save(stored, bytes, 'application/json');
      return { stored };
    },
    /** Undefined when they have been erased. */
    async unpack(stored: string): Promise<unknown> {
      const bytes = await blobs.read(stored);
      return bytes && (JSON.parse(bytes.toString()) as unknown);
    },
    erase: (stored: string) => blobs.remove(stored),
  };
}
