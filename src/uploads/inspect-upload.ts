import type { Clock } from '../clock.ts';
import { AppError } from '../http/errors.ts';
import type { Upload } from '../library/shapes.ts';
import type { DirectUploads } from '../media/direct-uploads.ts';
import { examineSource, wholeFacts } from '../media/examine.ts';
import { sniffType, type ImageType } from '../media/formats.ts';
import type { ReceivedUpload } from '../photos/receive-upload.ts';

/** Enough of nearly every file to hold what it says about itself. */
const HEAD_BYTES = 256 * 1024;

export interface InspectDeps {
  directUploads: DirectUploads;
  clock: Clock;
}

/**
 * Looks at an object that a client has sent to the bucket: its size and checksums as the bucket tells them, its format,
 * facts and end from ranged reads. The digest stays a claim until a job has read every byte.
 * Throws upload-unfinished, digest-mismatch, unsupported-image, damaged-image, too-many-pixels.
 */
export async function inspectUpload({ directUploads, clock }: InspectDeps, upload: Upload): Promise<ReceivedUpload> {
  const { object, bytes, sha256, fileName } = upload;
  const stored = await directUploads.find(object);
  if (!stored) throw unfinished();
  if (stored.size !== bytes) throw otherSize(bytes, stored.size);
  const head = await directUploads.read(object, 0, Math.min(bytes, HEAD_BYTES));
  const type = requireType(upload, sniffType(head));
  const examined = await examineSource(type, {
    size: bytes,
    read: async (start, end) =>
      end <= head.length ? head.subarray(start, end) : directUploads.read(object, start, end),
  });
  const facts = await wholeFacts(examined, { fileName: fileName ?? '', uploadedAt: clock.now() });
  const { crc32c, md5 } = stored;
  return { object, type, bytes, sha256, digest: 'claimed', crc32c, md5, fileName, facts };
}

function requireType({ type }: Upload, found: ImageType | undefined): ImageType {
  const isAnnounced = type === 'image/heif' ? found === 'image/heic' || found === 'image/avif' : found === type;
  if (found && isAnnounced) return found;
  throw new AppError('unsupported-image', `By its content this is ${found ?? 'no picture'}, not ${type} as announced.`);
}

const unfinished = () =>
  new AppError('upload-unfinished', 'The bytes are not all there yet. Ask the session how far it is, and go on.', {
    extra: { retryable: true },
  });

const otherSize = (announced: number, received: number) =>
  new AppError('digest-mismatch', `${received} bytes arrived where ${announced} were announced. Send them again.`, {
    extra: { retryable: true },
  });
