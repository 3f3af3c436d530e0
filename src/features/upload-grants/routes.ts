import type { Request } from 'express';
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, replayHeader } from '../../http/input/idempotency-key.ts';
import { defineRoute, type Caller, type Reply, type Route } from '../../http/route.ts';
import { readUploadGrant } from '../../signing/upload-grant.ts';
import { CONTENT_DIGEST_HEADER, DIGEST_HEADER } from '../photos/announced-checksum.ts';
import { UPLOAD_ERRORS } from '../photos/uploading-routes.ts';
import { GRANT_HEADERS } from './grant-headers.ts';
import type { OpenUploadDeps } from '../uploads/open-upload.ts';
import { ownOrigin, sessionUrlOf } from '../uploads/routes.ts';
import { openDirectGrants } from './open-direct-grants.ts';
import { openGrants, type OpenGrantsDeps } from './open-grants.ts';
import { GrantedUpload, Grants, GrantsRequest, LONGEST_DIRECT_GRANT_DAYS, LONGEST_GRANT_DAYS } from './schemas.ts';
import { uploadByGrant, type GrantUploadDeps } from './upload-by-grant.ts';

interface GrantRouteDeps extends OpenGrantsDeps, OpenUploadDeps, GrantUploadDeps {
  profile: 'local' | 'google';
  https: boolean;
  limits: GrantUploadDeps['limits'];
  /** The public address of the service, or empty text. */
  linkBase: string;
}

const PATH = '/v1/photos/by-grant';

/** Routes for uploads that a phone's own uploader sends, which has no credentials and may repeat them. */
export const grantRoutes = (deps: GrantRouteDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/upload-grants',
    summary:
      'Makes URLs that take one photo each, without credentials: for the background uploader of a phone. ' +
      '`DELETE /v1/sessions` ends them all. `Idempotency-Key` counts for direct grants alone.',
    access: 'user',
    scope: 'upload',
    headers: IDEMPOTENCY_HEADER,
    body: GrantsRequest,
    replies: { 201: Grants },
    errors: ['file-too-large', 'quota-exceeded', 'service-full', 'too-many-uploads', 'idempotency-mismatch', 'gone'],
    async handle({ body, caller, request }) {
      const { count, maxBytes } = body;
      if (maxBytes !== undefined) return directGrants(deps, { ...body, maxBytes }, caller, request);
      const { grants, expiresAt } = await openGrants(deps, caller, { count, days: body.days ?? LONGEST_GRANT_DAYS });
      const ends = new Date(expiresAt).toISOString();
      const origin = originFor(deps, request);
      return {
        status: 201,
        body: { grants: grants.map((grant) => ({ url: `${origin}${PATH}/${grant}`, expiresAt: ends })) },
        headers: { 'Cache-Control': 'no-store' },
      };
    },
  }),
  defineRoute({
    method: 'put',
    path: `${PATH}/:grant`,
    summary:
      'Uploads one photo: the body is the file. May be repeated. The first upload that arrives whole counts; 200 with its ' +
      'photo for other bytes.',
    access: 'grant',
    work: 'uploads',
    headers: { ...GRANT_HEADERS, ...DIGEST_HEADER, ...CONTENT_DIGEST_HEADER },
    rawBody: 'The file, as it is.',
    replies: { 201: GrantedUpload, 200: GrantedUpload },
    errors: ['not-found', 'gone', 'account-erased', 'invalid-request', 'unsupported-media-type', ...UPLOAD_ERRORS],
    passOwner: ({ params }) => readUploadGrant(deps.signingKeys, String(params['grant']))?.user,
    async handle({ request }) {
      const { photo, status, replayed, isOtherFile } = await uploadByGrant(
        deps,
        request,
        String(request.params['grant']),
      );
      const isCreated = status === 'created' && !isOtherFile;
      return {
        status: isCreated ? 201 : 200,
        body: { id: photo.id, status },
        // A phone's own uploader shows its app the headers alone.
        headers: {
          'Photo-Id': photo.id,
          'Photo-Status': status,
          ...(isCreated ? { Location: `/v1/photos/${photo.id}` } : {}),
          ...replayHeader(replayed),
        },
      };
    },
  }),
];

async function directGrants(
  deps: GrantRouteDeps,
  { count, days = LONGEST_DIRECT_GRANT_DAYS, maxBytes }: { count: number; days?: number | undefined; maxBytes: number },
  caller: Caller,
  request: Request,
): Promise<Reply> {
  const asked = { count, days, maxBytes, idempotencyKey: idempotencyKeyOf(request) };
  const { uploads, replayed } = await openDirectGrants(deps, caller, asked);
  return {
    status: 201,
    body: {
      grants: uploads.map(({ id, session, expiresAt }) => ({
        url: sessionUrlOf(deps, session, request),
        expiresAt: new Date(expiresAt).toISOString(),
        upload: id,
      })),
    },
    headers: { 'Cache-Control': 'no-store', ...replayHeader(replayed) },
  };
}

/** The uploader of a phone knows no address that a URL could be relative to. */
const originFor = (deps: GrantRouteDeps, request: Request) => deps.linkBase || ownOrigin(deps, request);
