import type { Request } from 'express';
import { createHash } from 'node:crypto';
import type { FormPart } from '../../http/forms/form-parts.ts';
import { rawBody } from '../../http/input/raw-body.ts';
import { readFields } from '../../http/input/read-fields.ts';
import { announcedLength } from '../../http/input/request-body.ts';
import { requireUser } from '../../data/read/store.ts';
import { IDEMPOTENCY_LIFE_MS } from '../../data/model/records.ts';
import { accountSuspended, isSuspended } from '../../data/rules/suspension.ts';
import { AppError } from '../../runtime/errors.ts';
import { addLogFields } from '../../runtime/log.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { logName } from '../../signing/log-name.ts';
import { readUploadGrant, type UploadGrant } from '../../signing/upload-grant.ts';
import { announcedInHeader } from '../photos/announced-checksum.ts';
import { recordedPhoto, type CreatedPhoto, type RecordReadDeps } from '../photos/create-photo.ts';
import { UploadFields } from '../photos/schemas.ts';
import { takeUpload, type UploadDeps } from '../photos/upload-photo.ts';
import { tokenRef } from '../tokens/personal-token.ts';
import { textsInHeaders } from './grant-headers.ts';

export interface GrantUploadDeps extends UploadDeps, RecordReadDeps {
  signingKeys: SigningKeys;
}

/** A photo by a grant. */
interface GrantedPhoto extends CreatedPhoto {
  /** Whether other bytes came by the grant before. */
  isOtherFile: boolean;
}

/**
 * Receives the body of a request as one photo of the user who gave the grant. The grant is the idempotency key: the first
 * upload that arrives whole counts, and every later one gets its photo, whatever its bytes are, also for a week after the
 * end of the grant.
 * @throws AppError not-found for a damaged or forged grant, gone for one that has ended, and what `takeUpload` and
 *   `rawBody` throw
 */
export async function uploadByGrant(deps: GrantUploadDeps, request: Request, text: string): Promise<GrantedPhoto> {
  const grant = readUploadGrant(deps.signingKeys, text);
  if (!grant) throw new AppError('not-found', 'There is no such upload grant.');
  addLogFields({ user: logName(deps.signingKeys, grant.user) });
  const now = deps.clock.now();
  // Without this a grant of long ago would cost lookups.
  if (grant.expiresAt + IDEMPOTENCY_LIFE_MS <= now) throw ended();
  const key = keyOfGrant(grant);
  const [recorded] = await Promise.all([recordedPhoto(deps, grant.user, key), requireLiving(deps, grant)]);
  const { maxUploadBytes } = deps.limits;
  if (recorded) return withoutUpload(recorded, await sha256Of(rawBody(request, maxUploadBytes)));
  if (grant.expiresAt <= now) throw ended();
  const announced = [announcedInHeader(request), announcedInHeader(request, 'Content-Digest')];
  const created = await takeUpload(deps, grant.user, bodyParts(deps, request), {
    announced,
    allowDuplicates: false,
    once: { key, anyContent: true, keptUntil: grant.expiresAt + IDEMPOTENCY_LIFE_MS },
  });
  // Of several uploads at once the first to commit counts, and the bytes of the others may differ.
  return { ...created, isOtherFile: created.replayed && created.receivedSha256 !== created.photo.sha256 };
}

/** No client can send this key: a header holds no NUL. */
const keyOfGrant = ({ id }: UploadGrant) => `\u0000upload grant ${id}`;

/**
 * Requires that the owner has not ended the grant, with all others or with the token that asked for it.
 * @throws AppError gone, account-erased, account-suspended
 */
async function requireLiving({ store }: GrantUploadDeps, grant: UploadGrant): Promise<void> {
  const [user, token] = await Promise.all([
    requireUser({ store }, grant.user),
    grant.token && store.entity(grant.user, tokenRef(grant.token)),
  ]);
  if (isSuspended(user)) throw accountSuspended();
  if (grant.generation !== (user.grantGeneration ?? 0)) throw ended();
  if (grant.token !== undefined && !token) throw ended();
}

const ended = () => new AppError('gone', 'This upload grant has ended. Get another by POST /v1/upload-grants.');

/** What the first upload became, once the bytes of this one have arrived: some clients take an earlier reply for a cut. */
const withoutUpload = (recorded: CreatedPhoto, sha256: string): GrantedPhoto => ({
  ...recorded,
  isOtherFile: sha256 !== recorded.photo.sha256,
});

async function sha256Of(bytes: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

/** Yields headers and body of a request as the parts of a form. Faults in headers are found before the body is read. */
async function* bodyParts(
  { serviceSpace, limits }: Pick<UploadDeps, 'serviceSpace' | 'limits'>,
  request: Request,
): AsyncGenerator<FormPart> {
  const { fileName, fields } = textsInHeaders(request);
  readFields(UploadFields, fields);
  await serviceSpace.requireOpen();
  for (const [name, value] of Object.entries(fields)) yield { kind: 'field', name, value };
  yield {
    kind: 'file',
    field: 'image',
    name: fileName,
    type: request.get('Content-Type') ?? '',
    maxBytes: announcedLength(request.headers) || undefined,
    bytes: rawBody(request, limits.maxUploadBytes),
  };
}
