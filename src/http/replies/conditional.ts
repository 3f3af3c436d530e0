import { createHash } from 'node:crypto';
import { CODINGS, type Coding } from './compression.ts';
import { AppError } from '../../runtime/errors.ts';

/** RFC 9110, 8.8.3: any bytes but quotes, controls and blanks between quotes, perhaps marked as weak. */
const ENTITY_TAG = /(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
const ENTITY_TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*(?:(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*)?)*$/;

/** For the OpenAPI document of every route that changes one thing. */
export const IF_MATCH_HEADER = {
  'If-Match': 'The ETag that was read: only its revision counts. If the thing has been edited since, 412 shows it.',
};

/** A strong validator, without quotes, of what is sent as this JSON. */
export const bodyTag = (body: unknown): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 12);

/** Whether an edit may go on that meets a thing at this revision. */
type RevisionTest = (revision: number) => boolean;

/** Whether the client already has the representation tagged `etag` (without quotes): RFC 9110, 13.1.2. */
export function matchesIfNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || heldTag(header, etag) !== undefined;
}

/** The tag in `If-None-Match` by which the client holds `etag`, perhaps in a compressed form. */
export function heldTag(header: string | undefined, etag: string): string | undefined {
  return tagsOf(header ?? '').find((tag) => tag === etag || withoutCoding(tag) === etag);
}

/** Compressed replies have the tag of the plain one with this ending (RFC 9110, 8.8.3.3). */
export const tagOfCoding = (etag: string, coding: Coding) => `${etag}-${coding}`;

const CODING = new RegExp(`-(?:${CODINGS.join('|')})$`);
const withoutCoding = (tag: string) => tag.replace(CODING, '');

/**
 * Reads `If-Match`, or the same written into an item of a batch. Our tags are `"<revision>.<anything>"`, and of them
 * only the revision counts: a tag whose rest has changed since, or that a front end has weakened, still matches.
 * Without a header every revision does.
 * @throws AppError `invalid-request` when the header is not a list of entity tags.
 */
export function parseIfMatch(header: string | undefined): RevisionTest {
  if (header === undefined || header.trim() === '*') return () => true;
  if (!ENTITY_TAGS.test(header))
    throw new AppError(
      'invalid-request',
      'If-Match is not a list of entity tags. Send the ETag of the photo, in quotes.',
    );
  const revisions = new Set(tagsOf(header).map(revisionOf));
  return (revision) => revisions.has(revision);
}

function tagsOf(header: string): string[] {
  return Array.from(header.matchAll(ENTITY_TAG), ([, tag = '']) => tag);
}

function revisionOf(tag: string): number {
  const [revision = ''] = withoutCoding(tag).split('.', 1);
  return /^\d{1,15}$/.test(revision) ? Number(revision) : NaN;
}
