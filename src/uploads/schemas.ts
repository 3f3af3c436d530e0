import { z } from 'zod';
import { orFault } from '../http/item-fault.ts';
import { Problem } from '../http/problem.ts';
import { ID_PATTERN, type UploadId } from '../library/ids.ts';
import { IMAGE_TYPES } from '../media/formats.ts';
import { Photo, Sha256, UploadFields } from '../photos/schemas.ts';

/** The largest file that may go straight to the bucket, in bytes: a decoder holds the whole of it. */
export const LARGEST_UPLOAD = 200 * 2 ** 20;

/** Uploads that one request turns into photos, at the most: one transaction. */
const BATCH_LIMIT = 50;

/** What systems call files of the HEIF container whose coding they do not look at. */
const CONTAINER_TYPES = ['image/heif', 'image/hif'] as const;

export const UploadRequest = z.strictObject({
  bytes: z.int().min(1, 'must be at least 1').describe(`Size of the file, ${LARGEST_UPLOAD} at the most.`),
  type: z
    .enum([...IMAGE_TYPES, ...CONTAINER_TYPES])
    .describe('Of the file. `image/heif` leaves open whether it is HEIC or AVIF; `image/hif` is another word for it.')
    .transform((type) => (type === 'image/hif' ? 'image/heif' : type)),
  sha256: Sha256.describe('Of the file, in hex. Bytes with another digest do not stay.'),
  fileName: z.string().max(1024).optional(),
});
export type UploadRequest = z.output<typeof UploadRequest>;

export const OpenedUpload = z
  .object({
    id: z.string().describe('Stands for the upload in `POST /v1/photos/batch`.'),
    sessionUrl: z
      .string()
      .describe(
        'A resumable session of Cloud Storage: send the bytes by PUT, in one go or in chunks of multiples of 256 KiB ' +
          'with `Content-Range`; ask how much is kept with `Content-Range: bytes */<size>` (308 and `Range`). ' +
          'It needs no further credentials: keep it secret.',
      ),
    expiresAt: z.string().describe('Until when the upload can become a photo. RFC 3339, UTC.'),
  })
  .meta({ id: 'Upload' });

const UploadIdField = z
  .string()
  .regex(ID_PATTERN, 'is no id of an upload')
  .transform((id) => id as UploadId);

const BatchItem = z
  .strictObject({
    upload: UploadIdField.describe('The id from `POST /v1/uploads`.'),
    caption: UploadFields.shape.caption,
    alt: UploadFields.shape.alt,
    takenAt: UploadFields.shape.takenAt,
  })
  .meta({ id: 'BatchItem' });
export type BatchItem = z.output<typeof BatchItem>;

export const BatchRequest = z.strictObject({
  items: z.array(orFault(BatchItem)).min(1).max(BATCH_LIMIT, `takes at most ${BATCH_LIMIT} uploads at once`),
});

export const BatchReply = z.object({
  results: z
    .array(
      z.union([
        z.object({ status: z.enum(['created', 'duplicate', 'restored']), photo: Photo }),
        z.object({ status: z.literal('failed'), problem: Problem }),
      ]),
    )
    .describe('One for each item, in the order of the request. An item that fails leaves the others alone.'),
});
