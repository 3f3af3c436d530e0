import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { absent } from '../../data/rules/erasure.ts';
import type { LivingUsers } from '../../data/read/living-users.ts';
import { createMediaTokenReader, type AlbumMember, type MediaPass } from '../../signing/media-token.ts';
import type { PhotoId, ShareId, UserId } from '../../runtime/ids.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { originalReply, type OriginalDeps } from './original-reply.ts';
import { requirePhoto } from './require-photo.ts';
import { ImageParams, ImageQuery } from './schemas.ts';
import { variantReply, type VariantDeps } from './variant-reply.ts';

export interface ImageDeps extends VariantDeps, OriginalDeps {
  signingKeys: SigningKeys;
  livingUsers: Pick<LivingUsers, 'isLiving'>;
  /** Whether a share still grants what a URL says that was made for its guests. */
  shareGrants: { grants(user: UserId, share: ShareId, original: boolean): Promise<boolean> };
  /** Whether a user still sees another one's photos by a shared album, as a URL says that was made for a member. */
  memberGrants: { grants(user: UserId, member: AlbumMember): Promise<boolean> };
}

/** The bytes of photos: by the signed URLs that a photo carries, or for its owner. */
export function imageRoute(deps: ImageDeps): Route {
  const readToken = createMediaTokenReader(deps);
  return defineRoute({
    method: 'get',
    path: '/v1/photos/:id/image/:size',
    summary: 'The bytes of one size, or the original as it was uploaded.',
    access: 'signed-url',
    scope: 'read',
    countsAs: 'pictures',
    passOwner: ({ params, url }) => readToken(String(params['id']) as PhotoId, TOKEN.exec(url)?.[1] ?? '')?.user,
    work: 'inside',
    params: ImageParams,
    query: ImageQuery,
    headers: {
      Accept: 'Without `format`, a client that names `image/webp` or `image/avif` gets that.',
      Range: 'One range of bytes.',
      'If-Range': 'The `ETag` of what the range is a part of.',
      'If-None-Match': 'The `ETag` of what you have already.',
    },
    replies: { 200: 'image/*', 206: 'image/*', 302: null, 304: null },
    errors: [
      'not-found',
      'gone',
      'unauthenticated',
      'range-not-satisfiable',
      'damaged-image',
      'too-large-to-show',
      'rate-limited',
      'busy',
      'unavailable',
      'decode-timeout',
      'decode-memory',
      'decoder-lost',
    ],
    async handle({ params: { id, size }, query: { t, token = t, v: rotations = 0, format }, caller, request }) {
      const pass = token === undefined ? undefined : readToken(id, token);
      const opened = size === 'original' ? pass?.grant === 'original' : pass !== undefined;
      const user = token === undefined ? caller?.user : opened && pass?.user;
      if (!user) throw noPass(token === undefined ? 'no-credentials' : 'picture-url');
      if (!(await deps.livingUsers.isLiving(user))) throw absent(undefined);
      if (pass && !(await isGranted(deps, pass, size === 'original'))) throw absent(undefined);
      const shared = pass?.share !== undefined || pass?.member !== undefined;
      const photo = { user, id };
      const signed = token !== undefined;
      if (size !== 'original') return variantReply(deps, request, { photo, size, format, signed, shared, rotations });
      if (format !== 'auto') throw onlyAsUploaded();
      return originalReply(deps, request, { photo: await requirePhoto(deps, user, id), signed, shared });
    },
  });
}

async function isGranted(deps: ImageDeps, { user, share, member }: MediaPass, original: boolean): Promise<boolean> {
  if (member) return deps.memberGrants.grants(user, member);
  return share === undefined || deps.shareGrants.grants(user, share, original);
}

/** As the URLs of photos carry it, or carried it in the first release; no character of a token is escaped. */
const TOKEN = /[?&](?:t|token)=([^&]*)/;

const noPass = (reason: string) =>
  new AppError(
    'unauthenticated',
    'Use the URL that the photo carries, and fetch the photo again when that URL has expired; or sign in.',
    {
      reason,
      headers: { 'WWW-Authenticate': 'Bearer' },
    },
  );

const onlyAsUploaded = () =>
  new AppError('invalid-request', 'The original has only its own format. Leave `format` out, or ask for a size.');
