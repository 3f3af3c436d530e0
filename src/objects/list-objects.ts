import type { Bucket, File } from '@google-cloud/storage';
import { definedFields } from '../runtime/defined-fields.ts';

/** What the bucket reports of an object without reading its bytes. */
export interface ListedObject {
  name: string;
  /** Bytes. */
  size: number;
  /** Base64, as Cloud Storage writes it. */
  crc32c: string;
  md5: string | null;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
}

/** A range of names, compared by their bytes. */
interface NameRange {
  prefix: string;
  /** The first name that may be in it. */
  from: string;
  /** The first name beyond it; absent for all that begin with the prefix. */
  until?: string | undefined;
}

/** Objects that one call lists. */
const LARGEST_PAGE = 1000;

/** The objects of a range in the order of their names, page by page. */
export async function* listPages(
  bucket: Bucket,
  { prefix, from, until }: NameRange,
): AsyncGenerator<ListedObject[], void> {
  let pageToken: string | undefined;
  do {
    const [files, next] = await bucket.getFiles({
      prefix,
      startOffset: from,
      ...definedFields({ endOffset: until, pageToken }),
      maxResults: LARGEST_PAGE,
      autoPaginate: false,
    });
    yield files.map(describe);
    pageToken = (next as { pageToken?: string } | null)?.pageToken;
  } while (pageToken !== undefined);
}

/** The same in one list, at most `limit` of them (in whole pages of 1,000). */
export async function listObjects(bucket: Bucket, range: NameRange, limit: number): Promise<ListedObject[]> {
  const listed: ListedObject[] = [];
  for await (const page of listPages(bucket, range)) {
    listed.push(...page);
    if (listed.length >= limit) break;
  }
  return listed;
}

const describe = ({ name, metadata: { size, crc32c, md5Hash, timeCreated } }: File): ListedObject => ({
  name,
  size: Number(size),
  crc32c: crc32c ?? '',
  md5: md5Hash ?? null,
  createdAt: Date.parse(timeCreated ?? ''),
});
