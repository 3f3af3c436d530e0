import { IDEMPOTENCY_HEADER, replayHeader } from '../../http/input/idempotency-key.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import { inTrash } from '../../data/model/entity-kinds.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import { DIGEST_HEADER } from './announced-checksum.ts';
import { createPresenter, photoTag, type PresentDeps } from './present.ts';
import * as schemas from './schemas.ts';
import { uploadPhoto, type UploadDeps } from './upload-photo.ts';

export /** What may be wrong with an upload by form. */
const UPLOAD_ERRORS = [
  'file-missing',
  'file-empty',
  'too-many-files',
  'upload-aborted',
  'body-too-large',
  'file-too-large',
  'unsupported-image',
  'damaged-image',
  'too-many-pixels',
  'digest-mismatch',
  'idempotency-mismatch',
  'quota-exceeded',
  'service-full',
  'busy',
  'unavailable',
] as const;

/** Uploads through this app, and the check that spares them. */
export const uploadingRoutes = (deps: UploadDeps & PresentDeps & { store: Store }): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/photos',
    summary: 'Uploads one photo. It shows in the very next read.',
    access: 'user',
    scope: 'upload',
    work: 'uploads',
    headers: { ...IDEMPOTENCY_HEADER, ...DIGEST_HEADER },
    query: schemas.UploadQuery,
    form: {
      fields: schemas.UploadFields,
      files: {
        image: {
          required: true,
          description:
            'The picture. A file without its end marker is accepted when the decoder misses nothing in it. Where ' +
            'data may be missing, send `sha256` or `Repr-Digest` as well.',
        },
        preview: {
          required: false,
          description:
            'A JPEG, PNG or WebP of it. TIFF (raw files among them) and JPEG XL must have one; a picture that takes too much ' +
            'memory to decode may have one, all others none.',
        },
      },
    },
    replies: { 201: schemas.UploadReply, 200: schemas.UploadReply },
    errors: UPLOAD_ERRORS,
    async handle({ request, caller, query }) {
      const allowDuplicates = query.duplicates === 'allow';
      const { status, photo, replayed } = await uploadPhoto(deps, caller.user, request, { allowDuplicates });
      const present = createPresenter(deps, caller.user, caller.handle);
      const created = status === 'created';
      return {
        status: created ? 201 : 200,
        body: { status, photo: present(photo) },
        etag: photoTag(deps, photo),
        headers: {
          ...(created ? { Location: `/v1/photos/${photo.id}` } : {}),
          ...replayHeader(replayed),
        },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/photos/check',
    summary: 'Finds which bytes the account has already, so that the client need not send them.',
    access: 'user',
    scope: 'upload',
    body: schemas.CheckRequest,
    replies: { 200: schemas.CheckReply },
    handle: async ({ body, caller }) => ({
      status: 200,
      body: { items: await checkBytes(deps, caller.user, body.sha256) },
    }),
  }),
];

/** Which photo of the user has some bytes, in the timeline or in the trash, if any. */
interface KnownBytes {
  sha256: string;
  status: 'present' | 'trashed' | 'missing';
  id?: string;
}

/** Finds out which bytes the user has already, in the order asked. Two lookups, not one for each checksum. */
async function checkBytes({ store }: { store: Store }, user: UserId, digests: string[]): Promise<KnownBytes[]> {
  const distinct = [...new Set(digests)];
  const entries = await store.contentEntries(user, distinct);
  const photos = await store.photos(
    user,
    entries.flatMap((entry) => entry?.photos ?? []),
  );
  const byDigest = Map.groupBy(photos, ({ sha256 }) => sha256);
  return digests.map((sha256) => ({ sha256, ...known(byDigest.get(sha256) ?? []) }));
}

function known(duplicates: Photo[]): Omit<KnownBytes, 'sha256'> {
  const shown = duplicates.find((photo) => !inTrash(photo));
  if (shown) return { status: 'present', id: shown.id };
  const [trashed] = duplicates;
  return trashed ? { status: 'trashed', id: trashed.id } : { status: 'missing' };
}
