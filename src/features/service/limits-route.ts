import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { JSON_LIMIT_BYTES } from '../../http/input/read-input.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { FEED_HORIZON_MS } from '../../data/rules/erasure.ts';
import { IDEMPOTENCY_LIFE_MS, TRASH_LIFE_MS } from '../../data/model/records.ts';
import { MOST_OPEN_UPLOADS } from '../../data/rules/upload-changes.ts';
import { DECODES } from '../../pictures/decoding/decode-queue.ts';
import { IMAGE_TYPES } from '../../pictures/formats.ts';
import { shownPixels } from '../../pictures/variants/shown-pixels.ts';
import { MOST_PIXELS } from '../../pictures/variants/sizes.ts';
import { MOST_ALBUMS, MOST_ALBUMS_OF_A_PHOTO } from '../albums/album.ts';
import { INVITATION_LIFE_MS, MOST_LINKS, MOST_MEMBERS, MOST_SHARED_ALBUMS } from '../albums/members/people.ts';
import { TITLE_LIMIT } from '../albums/schemas.ts';
import { MOST_LINKED_IDENTITIES } from '../accounts/link-identity.ts';
import { MOST_PASSKEYS } from '../passkeys/passkeys.ts';
import { BATCH_LIMIT } from '../photos/batch-schemas.ts';
import { CAPTION_LIMIT, CHECK_LIMIT } from '../photos/schemas.ts';
import { describeRates, RateLimits, type RatesConfig } from './describe-rates.ts';
import { URL_LIFE_MS, URL_WINDOW_MS } from '../../signing/media-token.ts';
import { LONGEST_TOKEN_LIFE_MS, MOST_TOKENS } from '../tokens/tokens.ts';
import { MOST_SHARED_PHOTOS, MOST_SHARES, SHARE_LIFE_MS } from '../shares/share.ts';
import { LARGEST_PAGE } from '../timeline/schemas.ts';
import {
  LONGEST_DIRECT_GRANT_DAYS,
  LONGEST_GRANT_DAYS,
  MOST_DIRECT_GRANTS,
  MOST_GRANTS,
} from '../upload-grants/schemas.ts';
import { LARGEST_UPLOAD_BYTES } from '../uploads/schemas.ts';

export const Limits = z
  .object({
    types: z.array(z.string()).describe('Accepted types of images. The content of a file decides, not its name.'),
    maxPixels: z.int().describe('Limit of width times height. A picture with more is refused.'),
    shownPixels: z
      .record(z.string(), z.object({ always: z.int(), atMost: z.int() }))
      .describe(
        'By type, how many pixels can be decoded: `always` in any encoding of a file of up to 32 MB, `atMost` in the ' +
          'encoding that takes the least memory (a JPEG of one scan, eight bits, 4:2:0, no opacity). A picture with more ' +
          'is stored, and its `preview` is shown if it has one.',
      ),
    maxUploadBytes: z
      .int()
      .describe('Limit of a photo in `POST /v1/photos`. Send larger photos by `POST /v1/uploads`.'),
    maxDirectUploadBytes: z.int().describe('Limit of a photo in `POST /v1/uploads`.'),
    maxOpenUploads: z.int().describe('Open sessions of `POST /v1/uploads` per user.'),
    quotaBytes: z.int().describe('Limit of all originals and previews of an account, including those in the trash.'),
    maxJsonBytes: z.int().describe('Limit of a JSON body.'),
    maxCaptionCharacters: z.int(),
    maxPageItems: z.int().describe('A larger `limit` is reduced to it.'),
    maxBatchItems: z.int().describe('Photos in one batch.'),
    maxShares: z
      .int()
      .describe('Shares of one account. When it has so many, a new one replaces the share that has expired first.'),
    maxSharedPhotos: z.int().describe('Photos that one share may name.'),
    shareSeconds: z
      .object({ usual: z.int(), atMost: z.int() })
      .describe('How long a share lives unless its owner says otherwise, and at the most.'),
    maxAlbums: z.int().describe('Albums of one account.'),
    maxAlbumsOfPhoto: z.int().describe('Albums that one photo may be in.'),
    maxAlbumTitleCharacters: z.int(),
    maxMembers: z.int().describe('Users in one album besides its owner, those who are invited by handle among them.'),
    maxAlbumLinks: z.int().describe('Open links to join one album.'),
    maxSharedAlbums: z
      .int()
      .describe('Own albums that an account shares, and albums of others that it is a member of or invited to.'),
    invitationSeconds: z.int().describe('How long an invitation to an album is open.'),
    maxCheckItems: z.int().describe('Checksums in one `POST /v1/photos/check`.'),
    maxReplyBytes: z.int().nullable().describe('Larger originals are redirected to the bucket. Null: no original is.'),
    rateLimits: RateLimits,
    decodes: z
      .object({ atOnce: z.int(), waiting: z.int(), retryAfterSeconds: z.int() })
      .describe(
        'Variants that are made while a client waits. If there are more, the user with the most of them gets 429.',
      ),
    conversionsPerDay: z
      .int()
      .describe('Variants that are made on demand for the photos of one user on one day (UTC), by each instance.'),
    imageUrlSeconds: z
      .object({ atLeast: z.int(), atMost: z.int(), window: z.int() })
      .describe(
        'How long the URLs of a photo work after the reply that has them. Within a `window` their tokens stay the same.',
      ),
    maxPasskeys: z.int().describe('Passkeys of one account, where the service takes any.'),
    maxLinkedIdentities: z.int().describe('Identities that are linked to one account, besides the first.'),
    maxTokens: z.int().describe('Personal tokens of an account that have not expired.'),
    maxTokenSeconds: z.int().describe('The longest life of a personal token.'),
    maxGrants: z.int().describe('Upload grants in one request.'),
    maxGrantSeconds: z.int().describe('The longest life of an upload grant.'),
    maxDirectGrants: z.int().describe('Direct upload grants in one request.'),
    maxDirectGrantSeconds: z.int().describe('The longest life of a direct upload grant.'),
    idempotencyKeySeconds: z.int().describe('How long an idempotency key is stored.'),
    trashSeconds: z.int().describe('How long a photo stays in the trash.'),
    feedSeconds: z.int().describe('How long `GET /v1/changes` reports a deletion. An older token may get 410.'),
  })
  .meta({ id: 'Limits' });

/** Defines the route that lists all limits, so that a client need not learn them from refusals. */
export const limitsRoute = (config: LimitsConfig): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/limits',
    summary: 'The limits of this service.',
    access: 'public',
    work: 'inside',
    replies: { 200: Limits, 304: null },
    example: () => limitsOf(config),
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
    maxDirectUploadBytes: LARGEST_UPLOAD_BYTES,
    maxOpenUploads: MOST_OPEN_UPLOADS,
    quotaBytes,
    maxJsonBytes: JSON_LIMIT_BYTES,
    maxCaptionCharacters: CAPTION_LIMIT,
    maxPageItems: LARGEST_PAGE,
    maxBatchItems: BATCH_LIMIT,
    maxShares: MOST_SHARES,
    maxSharedPhotos: MOST_SHARED_PHOTOS,
    shareSeconds: { usual: seconds(SHARE_LIFE_MS.usual), atMost: seconds(SHARE_LIFE_MS.atMost) },
    maxAlbums: MOST_ALBUMS,
    maxAlbumsOfPhoto: MOST_ALBUMS_OF_A_PHOTO,
    maxAlbumTitleCharacters: TITLE_LIMIT,
    maxMembers: MOST_MEMBERS,
    maxAlbumLinks: MOST_LINKS,
    maxSharedAlbums: MOST_SHARED_ALBUMS,
    invitationSeconds: seconds(INVITATION_LIFE_MS),
    maxCheckItems: CHECK_LIMIT,
    maxReplyBytes: maxReplyBytes === Number.MAX_SAFE_INTEGER ? null : maxReplyBytes,
    rateLimits: describeRates(config),
    decodes: { atOnce: DECODES.atOnce, waiting: DECODES.waiting, retryAfterSeconds: DECODES.retryAfter },
    conversionsPerDay,
    imageUrlSeconds: {
      atLeast: seconds(URL_LIFE_MS.atLeast),
      atMost: seconds(URL_LIFE_MS.atMost),
      window: seconds(URL_WINDOW_MS),
    },
    maxPasskeys: MOST_PASSKEYS,
    maxLinkedIdentities: MOST_LINKED_IDENTITIES,
    maxTokens: MOST_TOKENS,
    maxTokenSeconds: seconds(LONGEST_TOKEN_LIFE_MS),
    maxGrants: MOST_GRANTS,
    maxGrantSeconds: LONGEST_GRANT_DAYS * 24 * 3600,
    maxDirectGrants: MOST_DIRECT_GRANTS,
    maxDirectGrantSeconds: LONGEST_DIRECT_GRANT_DAYS * 24 * 3600,
    idempotencyKeySeconds: seconds(IDEMPOTENCY_LIFE_MS),
    trashSeconds: seconds(TRASH_LIFE_MS),
    feedSeconds: seconds(FEED_HORIZON_MS),
  };
}

const seconds = (ms: number) => ms / 1000;
