import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../runtime/errors.ts';
import type { SigningKeys } from './keys.ts';
import { sign, SIGNATURE_BYTES, verify } from './mac.ts';

/** A cursor as a query parameter. `readCursor` checks it. */
export const Cursor = z
  .string()
  .max(4096)
  .describe('The `next` or `prev` of a page, unchanged. The requested page begins there.');

/** The list that a cursor belongs to. A list refuses cursors of another user, order or filter. */
export interface CursorScope {
  user: string;
  order: string;
  /** Filters of the list. An undefined filter counts as absent. */
  filter?: Record<string, string | number | boolean | undefined>;
}

/** Layout of the bytes: version, signature, hash of the scope, position as JSON. */
const VERSION = 1;
const SCOPE_BYTES = 12;
const SCOPE_START = 1 + SIGNATURE_BYTES;
const POSITION_START = SCOPE_START + SCOPE_BYTES;

/** Packs a position in a list (any JSON value) into opaque base64url text. */
export function signCursor(deps: { signingKeys: SigningKeys }, scope: CursorScope, position: unknown): string {
  const content = Buffer.concat([hashOf(scope), Buffer.from(JSON.stringify(position))]);
  const signature = sign(deps.signingKeys, purpose(VERSION), content);
  return Buffer.concat([Buffer.of(VERSION), signature, content]).toString('base64url');
}

/**
 * Unpacks a cursor that `signCursor` packed.
 * @throws AppError cursor-invalid if it is damaged or forged, or `shape` refuses its position; cursor-mismatch if it
 *   belongs to another list
 */
export function readCursor<T>(
  deps: { signingKeys: SigningKeys },
  scope: CursorScope,
  text: string,
  shape: z.ZodType<T>,
): T {
  const bytes = verifiedBytes(deps.signingKeys, text);
  if (!bytes.subarray(SCOPE_START, POSITION_START).equals(hashOf(scope))) {
    throw new AppError(
      'cursor-mismatch',
      'The cursor belongs to another user, order or filter. Start without a cursor.',
    );
  }
  const position = shape.safeParse(JSON.parse(bytes.toString('utf8', POSITION_START)));
  if (!position.success) throw invalid(position.error);
  return position.data;
}

function verifiedBytes(keys: SigningKeys, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  // The decoder skips unknown characters, so that one cursor would have many spellings.
  if (bytes.toString('base64url') !== text || bytes[0] !== VERSION) throw invalid();
  const signature = bytes.subarray(1, SCOPE_START);
  if (!verify(keys, purpose(VERSION), bytes.subarray(SCOPE_START), signature)) throw invalid();
  return bytes;
}

const purpose = (version: number) => `cursor ${version}`;

const invalid = (cause?: unknown) =>
  new AppError('cursor-invalid', 'Send the cursor exactly as the page returned it, or start without a cursor.', {
    cause,
  });

function hashOf({ user, order, filter = {} }: CursorScope): Buffer {
  const present = Object.entries(filter).filter(([, value]) => value !== undefined);
  const sorted = present.sort(([a], [b]) => (a < b ? -1 : 1));
  const canonical = JSON.stringify([user, order, sorted]);
  return createHash('sha256').update(canonical).digest().subarray(0, SCOPE_BYTES);
}
