import { z } from 'zod';
import { orFault } from '../../http/input/item-fault.ts';
import { Problem } from '../../http/replies/problem.ts';
import { ID_PATTERN, type UploadId } from '../../runtime/ids.ts';
import { IMAGE_TYPES } from '../../pictures/formats.ts';
import { Photo, Sha256, UploadFields } from '../photos/schemas.ts';
import { Cursor } from '../../signing/cursor.ts';

/** The largest file that may go straight to the bucket, in bytes: a decoder holds the whole of it. */
export const LARGEST_UPLOAD_BYTES = 200 * 2 ** 20;

/** Uploads that one request turns into photos, at the most: one transaction. */
const BATCH_LIMIT = 50;

/** What systems call files of the HEIF container whose coding they do not look at. */
const CONTAINER_TYPES = ['image/heif', 'image/hif'] as const;

export const UploadIdField = z
  .string()
  .regex(ID_PATTERN, 'The id of an upload has 16 letters and digits.')
  .describe('The id of an upload.')
  .transform((id) => id as UploadId);

export const UploadRequest = z.strictObject({
  bytes: z.int().min(1).describe(`Size of the file, ${LARGEST_UPLOAD_BYTES} at the most.`),
  type: z
    .enum([...IMAGE_TYPES, ...CONTAINER_TYPES])
    .describe('Of the file. `image/heif` may be HEIC or AVIF; `image/hif` is another name of it.')
    .transform((type) => (type === 'image/hif' ? 'image/heif' : type)),
  sha256: Sha256.describe('Of the file, in hex. Bytes with another digest are deleted.'),
  fileName: z.string().max(1024).optional(),
  previewOf: UploadIdField.optional().describe(
    'Another open upload whose picture takes too much memory to decode. This upload is a smaller picture ' +
      'of it: name it as its `preview` in `POST /v1/photos/batch`.',
  ),
});
export type UploadRequest = z.output<typeof UploadRequest>;

export const OpenedUpload = z
  .object({
    id: z.string().describe('The id of the upload, for `POST /v1/photos/batch`.'),
    sessionUrl: z
      .string()
      .describe(
        'A resumable session of Cloud Storage: send the bytes by PUT, in one go or in chunks of multiples of 256 KiB ' +
          'with `Content-Range`; ask how much is kept with `Content-Range: bytes */<size>` (308 and `Range`). ' +
          'It needs no further credentials: keep it secret.',
      ),
    expiresAt: z.iso.datetime().describe('Until when the upload can become a photo.'),
  })
  .meta({ id: 'Upload' });

export const UploadStatus = OpenedUpload.extend({
  bytes: z.int().describe('Size of the file, as announced. By a direct upload grant: the most that it may have.'),
  type: z.string().describe('Empty for a direct upload grant.'),
  sha256: z.string().describe('Empty for a direct upload grant.'),
  fileName: z.string().nullable(),
  state: z
    .enum(['open', 'complete', 'photo'])
    .describe('`complete`: all bytes are there, and `POST /v1/photos/batch` makes a photo of them. `photo`: it has.'),
  offset: z.int().describe('Bytes that the bucket has kept. Continue after them.'),
  photo: z.string().nullable().describe('The photo that it has become.'),
}).meta({ id: 'UploadStatus' });

/** The largest page: each of its sessions is asked. */
const LARGEST_LIST = 50;

export const UploadsQuery = z.strictObject({
  limit: z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(LARGEST_LIST)
    .transform((limit) => Math.min(limit, LARGEST_LIST))
    .describe(`Uploads on a page: ${LARGEST_LIST} unless given, and never more.`),
  cursor: Cursor.optional(),
});

export const UploadPage = z
  .object({
    items: z.array(UploadStatus).describe('May be fewer than `limit`, or none, although there is a next page.'),
    next: z.string().nullable().describe('Cursor of the page of earlier uploads; null when there are none.'),
    prev: z.string().nullable().describe('Cursor of the page of later uploads; null when there are none.'),
  })
  .meta({ id: 'UploadPage' });

const BatchItem = z
  .strictObject({
    upload: UploadIdField.describe('The id from `POST /v1/uploads`.'),
    preview: UploadIdField.optional().describe('An upload that was opened with `previewOf` this one.'),
    caption: UploadFields.shape.caption,
    alt: UploadFields.shape.alt,
    takenAt: UploadFields.shape.takenAt,
  })
  .meta({ id: 'BatchItem' });
export type BatchItem = z.output<typeof BatchItem>;

export const BatchRequest = z.strictObject({
  items: z.array(orFault(BatchItem)).min(1).max(BATCH_LIMIT, `Send at most ${BATCH_LIMIT} uploads at once.`),
});

export const BatchReply = z.object({
  results: z
    .array(
      z.union([
        z.object({ status: z.enum(['created', 'duplicate', 'restored']), photo: Photo }),
        z.object({ status: z.literal('failed'), problem: Problem }),
      ]),
    )
    .describe('One for each item, in the order of the request. An item that fails does not affect the others.'),
});
