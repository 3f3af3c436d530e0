import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { JSON_LIMIT } from '../../http/input/read-input.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { FEED_HORIZON } from '../../data/rules/erasure.ts';
import { IDEMPOTENCY_LIFE, TRASH_LIFE } from '../../data/model/records.ts';
import { MOST_OPEN_UPLOADS } from '../../data/rules/upload-changes.ts';
import { DECODES } from '../../pictures/decoding/decode-queue.ts';
import { IMAGE_TYPES } from '../../pictures/formats.ts';
import { shownPixels } from '../../pictures/variants/shown-pixels.ts';
import { MOST_PIXELS } from '../../pictures/variants/sizes.ts';
import { BATCH_LIMIT } from '../photos/batch-schemas.ts';
import { CAPTION_LIMIT, CHECK_LIMIT } from '../photos/schemas.ts';
import { describeRates, RateLimits, type RatesConfig } from './describe-rates.ts';
import { URL_LIFE } from '../../signing/media-token.ts';
import { LARGEST_PAGE } from '../timeline/schemas.ts';
import { LARGEST_UPLOAD } from '../uploads/schemas.ts';

export const Limits = z
  .object({
    types: z.array(z.string()).describe('The pictures that are taken, told by their content.'),
    maxPixels: z.int().describe('Width times height of a picture. One with more is refused.'),
    shownPixels: z
      .record(z.string(), z.object({ always: z.int(), atMost: z.int() }))
      .describe(
        'By type, how many pixels are shown: `always` in each coding of a file of up to 32 MB, `atMost` in the one that ' +
          'takes the least memory (a JPEG of one scan, eight bits, 4:2:0, no opacity). A picture with more is kept, and ' +
          'a `preview` that comes with it is shown.',
      ),
    maxUploadBytes: z.int().describe('One photo by `POST /v1/photos`. Larger ones go by `POST /v1/uploads`.'),
    maxDirectUploadBytes: z.int().describe('One photo by `POST /v1/uploads`.'),
    maxOpenUploads: z.int().describe('Sessions of `POST /v1/uploads` that a user may have open at once.'),
    quotaBytes: z.int().describe('All originals and previews of an account, those in the trash among them.'),
    maxJsonBytes: z.int().describe('The body of a request in JSON.'),
    maxCaptionCharacters: z.int(),
    maxPageItems: z.int().describe('A larger `limit` is lowered to it.'),
    maxBatchItems: z.int().describe('Photos in one batch.'),
    maxCheckItems: z.int().describe('Digests in one `POST /v1/photos/check`.'),
    maxReplyBytes: z.int().nullable().describe('Larger originals are a redirect to the bucket. Null: none are.'),
    rateLimits: RateLimits,
    decodes: z
      .object({ atOnce: z.int(), waiting: z.int(), retryAfterSeconds: z.int() })
      .describe('Sizes and formats that are made while a client waits. Beyond them the user with the most gets 429.'),
    conversionsPerDay: z
      .int()
      .describe('Sizes and formats that are made on demand for the photos of one user on one day (UTC), at least.'),
    imageUrlSeconds: z
      .object({ atLeast: z.int(), atMost: z.int() })
      .describe('How long the URLs of a photo work, counted from the reply that has them.'),
    idempotencyKeySeconds: z.int().describe('How long a key is remembered.'),
    trashSeconds: z.int().describe('How long a photo stays in the trash.'),
    feedSeconds: z.int().describe('How long `GET /v1/changes` tells of a deletion. A token that is older may get 410.'),
  })
  .meta({ id: 'Limits' });

/** All limits of the service in one place, so that a client need not learn them from refusals. */
export const limitsRoute = (config: LimitsConfig): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/limits',
    summary: 'What this service takes, and how much of it.',
    access: 'public',
    work: 'inside',
    replies: { 200: Limits, 304: null },
    handle() {
      const body = limitsOf(config);
      return { status: 200, body, etag: bodyTag(body), headers: { 'Cache-Control': 'public, max-age=3600' } };
    },
  });

interface LimitsConfig extends RatesConfig {
  limits: Record<'maxUploadBytes' | 'quotaBytes' | 'maxReplyBytes' | 'conversionsPerDay', number>;
}

function limitsOf(config: LimitsConfig): z.output<typeof Limits> {
  const { maxUploadBytes, quotaBytes, maxReplyBytes, conversionsPerDay } = config.limits;
  return {
    types: [...IMAGE_TYPES],
    maxPixels: MOST_PIXELS,
    shownPixels: Object.fromEntries(IMAGE_TYPES.map((type) => [type, shownPixels(type)])),
    maxUploadBytes,
    maxDirectUploadBytes: LARGEST_UPLOAD,
    maxOpenUploads: MOST_OPEN_UPLOADS,
    quotaBytes,
    maxJsonBytes: JSON_LIMIT,
    maxCaptionCharacters: CAPTION_LIMIT,
    maxPageItems: LARGEST_PAGE,
    maxBatchItems: BATCH_LIMIT,
    maxCheckItems: CHECK_LIMIT,
    maxReplyBytes: maxReplyBytes === Number.MAX_SAFE_INTEGER ? null : maxReplyBytes,
    rateLimits: describeRates(config),
    decodes: { atOnce: DECODES.atOnce, waiting: DECODES.waiting, retryAfterSeconds: DECODES.retryAfter },
    conversionsPerDay,
    imageUrlSeconds: { atLeast: seconds(URL_LIFE.atLeast), atMost: seconds(URL_LIFE.atMost) },
    idempotencyKeySeconds: seconds(IDEMPOTENCY_LIFE),
    trashSeconds: seconds(TRASH_LIFE),
    feedSeconds: seconds(FEED_HORIZON),
  };
}

const seconds = (ms: number) => ms / 1000;
