import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { ownerIn } from '../../objects/object-names.ts';
import type { Upload } from '../../data/model/records.ts';
import type { DirectUploads } from '../../objects/direct-uploads.ts';
import type { StoredObject } from '../../objects/object-upload.ts';
import { conclude, examineSource, type ConcludeDeps } from '../../pictures/examine.ts';
import { sniffType, type ImageType } from '../../pictures/formats.ts';
import type { Source } from '../../pictures/parsers/source-parser.ts';
import { requireChecksum, sha256Of } from '../photos/announced-checksum.ts';
import type { ReceivedUpload } from '../photos/receive-upload.ts';

/** Enough of nearly every file to hold its metadata. */
const HEAD_BYTES = 256 * 1024;

export interface InspectDeps extends ConcludeDeps {
  directUploads: DirectUploads;
  clock: Clock;
}

/**
 * Inspects an object that a client has sent to the bucket: its size and checksums by the bucket, its format, facts and end
 * by ranged reads. The announced checksum is not proved until a job has read every byte, except where only it can show that
 * the file is whole.
 * @throws AppError upload-unfinished, gone, digest-mismatch, unsupported-image, damaged-image, too-many-pixels,
 *   unavailable, busy
 */
export async function inspectUpload(deps: InspectDeps, upload: Upload): Promise<ReceivedUpload> {
  const { directUploads, clock } = deps;
  const { object, bytes, sha256, fileName } = upload;
  const stored = (await directUploads.find(object)) ?? (await findLate(directUploads, upload));
  if (stored.size !== bytes) throw otherSize(bytes, stored.size);
  const head = await directUploads.read(object, 0, Math.min(bytes, HEAD_BYTES));
  const type = requireType(upload, sniffType(head));
  const source: Source = {
    size: bytes,
    read: async (start, end) =>
      end <= head.length ? head.subarray(start, end) : directUploads.read(object, start, end),
  };
  const told = { fileName: fileName ?? '', uploadedAt: clock.now(), bytes };
  const picture = await examineSource(type, source);
  const { facts, needsChecksum } = await conclude(deps, picture, {
    ...told,
    source,
    user: ownerIn(object),
  });
  if (needsChecksum) requireChecksum(await sha256Of(await source.read(0, bytes)), [sha256]);
  const { crc32c, md5 } = stored;
  const digest = needsChecksum ? 'proved' : 'claimed';
  return { object, type, bytes, sha256, digest, crc32c, md5, fileName, facts };
}

/** Finds out from the session why there is no object, and whether it has been created since. */
async function findLate(directUploads: DirectUploads, { object, session, bytes }: Upload): Promise<StoredObject> {
  const state = await directUploads.ask(session, bytes);
  if (state.kind === 'open') throw unfinished();
  const stored = await directUploads.find(object);
  if (stored) return stored;
  throw state.kind === 'ended' ? sessionEnded() : unfinished();
}

function requireType({ type }: Upload, found: ImageType | undefined): ImageType {
  const isAnnounced = type === 'image/heif' ? found === 'image/heic' || found === 'image/avif' : found === type;
  if (found && isAnnounced) return found;
  throw new AppError(
    'unsupported-image',
    `The content is ${found ?? 'no supported image'}, not ${type} as announced. Open an upload with the right type.`,
  );
}

export const sessionEnded = () =>
  new AppError('gone', 'The session of this upload has ended before all bytes were there. Open another upload.');

const unfinished = () =>
  new AppError('upload-unfinished', 'Not all bytes have arrived. Ask the session how many have, and send the rest.', {
    extra: { retryable: true },
  });

const otherSize = (announced: number, received: number) =>
  new AppError(
    'digest-mismatch',
    `${received} bytes arrived where ${announced} were announced. Open another upload and send the file again.`,
  );
