import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll } from 'vitest';
import type { z } from 'zod';
import { LinkedIdentityList } from '../../src/features/accounts/identity-routes.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { Invited } from '../../src/features/albums/members/schemas.ts';
import { Album } from '../../src/features/albums/schemas.ts';
import { Share } from '../../src/features/shares/schemas.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { MadeToken } from '../../src/features/tokens/schemas.ts';
import { Grants } from '../../src/features/upload-grants/schemas.ts';
import { OpenedUpload } from '../../src/features/uploads/schemas.ts';
import { SCOPES, type Scope } from '../../src/http/scopes.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { loadKeys } from '../../src/signing/keys.ts';
import { unsubscribeUrl } from '../../src/signing/unsubscribe-token.ts';
import { startTestIssuer, type TestKey } from '../accounts/test-issuer.ts';
import { START, startWorld, type World } from '../support/world.ts';
import { BOUNDARY, encodeForm, type Part } from '../http/forms.ts';
import { checked } from '../support/checked.ts';
import { googleEnv } from '../support/google-instance.ts';
import { HttpClient, jsonOf, type Answer, type Call } from '../support/http-client.ts';

/** The app in profile `google` on the local cloud, with issuers of tokens that a test words itself. */
export interface GoogleWorld extends World {
  client: HttpClient;
  /** A token of the issuer that the app trusts; `claims` replace the good ones. */
  token(name: string, claims?: JWTPayload): Promise<string>;
  /** Tokens that must not count, by what is wrong with them. */
  badTokens(name: string): Promise<Record<BadToken, string>>;
  /** A new user with one of each thing that a route can name. With `people` the album has members and an invitation. */
  owner(people: boolean): Promise<Owner>;
  send(call: Call): Promise<Answer>;
}

export type BadToken = 'expired' | 'foreign issuer' | 'alg: none' | 'wrong audience' | 'public key as secret';

/** What a route's address or body can name. */
export interface Things {
  handle: string;
  /** The id of the account. */
  user: string;
  photo: string;
  trashed: string;
  upload: string;
  /** The id of a page's session. */
  session: string;
  album: string;
  /** A user who is invited to the album, and the id of that invitation. */
  invited: string;
  invitation: string;
  /** A link to join an album of another account. */
  link: string;
  /** The id of a share, and the token that opens it to guests. */
  share: string;
  shareToken: string;
  /** The id of a personal token. */
  tokenId: string;
  /** An upload grant of another account, so that an upload by it changes nothing of this one. */
  grant: string;
  /** The id of a linked identity. */
  identity: string;
}

export interface Owner extends Things {
  token: string;
  /** A personal token with all scopes: that of `tokenId`. */
  personalToken: string;
  /** A session that is alive, as `Cookie` sends it. */
  cookie: string;
  /** A session that was signed out. */
  revoked: string;
  /** Path and query of the signed URL of the photo's thumbnail. */
  thumb: string;
  /** Path and query of the link that ends this owner's mails. */
  unsubscribe: string;
}

const AUDIENCE = 'photo-timeline';
const SECOND = START / 1000;

/** Things of the same form as real ones that have never been. */
export const neverBeen = (): Things => ({
  handle: 'never-been',
  user: 'Never0000000Been',
  photo: 'Never0000000Been',
  trashed: 'Never0000000Been',
  upload: 'Never0000000Been',
  session: '0'.repeat(64),
  album: 'Never0000000Been',
  invited: 'Never0000000Been',
  invitation: 'Never0000000Been',
  link: 'Never0000000Been'.repeat(4),
  share: 'Never0000000Been',
  shareToken: 'Never0000000Been'.repeat(3),
  tokenId: 'Never0000000Been',
  grant: 'Never0000000Been',
  identity: '0'.repeat(64),
});

/** Starts a world whose app runs as in production; `env` is its further environment. */
export async function startGoogleWorld(env: Record<string, string> = {}): Promise<GoogleWorld> {
  const issuer = await startTestIssuer();
  const foreign = await startTestIssuer();
  const world = await startWorld({
    env: {
      ...googleEnv(issuer.url),
      LOG_LEVEL: 'silent',
      RATE_LIMITS: 'off',
      ...env,
    },
  });
  // No task runs: what changes, a request has changed.
  await world.cloud.appIsGone();
  const signingKeys = await loadKeys(world);
  const client = new HttpClient(world.url);
  afterAll(async () => {
    client.close();
    await Promise.all([issuer.stop(), foreign.stop()]);
  });
  const key = issuer.keys[0] as TestKey;
  const claimsOf = (name: string): JWTPayload => ({
    iss: issuer.url,
    aud: AUDIENCE,
    sub: name,
    preferred_username: name,
    iat: SECOND,
    auth_time: SECOND,
    exp: SECOND + 3600,
  });
  const token = (name: string, claims: JWTPayload = {}) => sign(key, { ...claimsOf(name), ...claims });
  const send = (call: Call) => client.send(call);
  let link: Promise<string> | undefined;
  return {
    ...world,
    client,
    token,
    send,
    async badTokens(name) {
      const claims = claimsOf(name);
      return {
        expired: await token(name, { iat: SECOND - 3600, exp: SECOND - 60 }),
        'foreign issuer': await sign(foreign.keys[0] as TestKey, { ...claims, iss: foreign.url }),
        'alg: none': new UnsecuredJWT(claims).encode(),
        'wrong audience': await token(name, { aud: 'another-service' }),
        'public key as secret': await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', kid: key.kid })
          .sign(new TextEncoder().encode(JSON.stringify(key.publicKey))),
      };
    },
    owner: async (people) => {
      const grant = await newGrant(send, await token('granter'));
      link ??= newLink(send, await token('host'));
      const name = `owner-${randomUUID().slice(0, 8)}`;
      const others = { grant, second: await token(`${name}-second`), link: await link };
      const made = await newOwner(send, await token(name), others);
      if (people) Object.assign(made, await newPeople(send, made, token));
      const pass = { user: made.user as UserId, subscription: 'posts' } as const;
      return { ...made, unsubscribe: unsubscribeUrl({ signingKeys, publicUrl: '' }, pass) };
    },
  };
}

const sign = ({ alg, kid, privateKey }: TestKey, claims: JWTPayload) =>
  new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey);

/** A form with these parts, as `Call` takes it. */
export const formCall = (parts: Part[]) => ({
  headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
  body: encodeForm(parts),
});

/** A body of JSON, as `Call` takes it. */
export const jsonCall = (body: unknown) => ({
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

/** A JPEG of one grey pixel. */
export const TINY_JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQ' +
    'Ew8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
  'base64',
);

/** Another file each time: random bytes stand behind the end of the picture. */
const freshPicture = () => Buffer.concat([TINY_JPEG, randomBytes(16)]);

async function newOwner(
  send: GoogleWorld['send'],
  token: string,
  { grant, second, link }: { grant: string; second: string; link: string },
): Promise<Omit<Owner, 'unsubscribe'>> {
  const Authorization = `Bearer ${token}`;
  const as = async (call: Call) => {
    const answer = await send({ ...call, headers: { ...call.headers, Authorization } });
    if (answer.status >= 300) throw new Error(`${call.method} ${call.path}: ${answer.status} ${String(answer.body)}`);
    return answer.body.length > 0 ? jsonOf(answer) : undefined;
  };
  const upload = async () => {
    const reply = await as({
      method: 'POST',
      path: '/v1/photos',
      ...formCall([{ name: 'image', fileName: 'a.jpg', content: freshPicture() }]),
    });
    return checked(UploadReply, reply).photo;
  };
  const me = checked(Me, await as({ method: 'GET', path: '/v1/me' }));
  const [photo, trashed] = [await upload(), await upload()];
  await as({ method: 'DELETE', path: `/v1/photos/${trashed.id}` });
  const sha256 = 'ab'.repeat(32);
  const open = jsonCall({ bytes: 1000, type: 'image/jpeg', sha256 });
  const opened = checked(OpenedUpload, await as({ method: 'POST', path: '/v1/uploads', ...open }));
  const personal = await makeToken(send, token, [...SCOPES]);
  const make = { method: 'POST', path: '/v1/albums', ...jsonCall({ title: 'Album' }) };
  const { id: album } = checked(Album, await as(make));
  const linked = await as({ method: 'POST', path: '/v1/me/identities', ...jsonCall({ token: second }) });
  const [identity] = checked(LinkedIdentityList, linked).items;
  const sharing = { method: 'POST', path: '/v1/shares', ...jsonCall({ photos: [photo.id] }) };
  const shared = checked(Share, await as(sharing));
  const cookie = await signIn(send, token);
  const revoked = await signIn(send, token);
  await send({ method: 'DELETE', path: '/v1/session', headers: { Cookie: revoked, 'Sec-Fetch-Site': 'same-origin' } });
  const { pathname, search } = new URL(photo.variants.thumb.url, 'http://localhost');
  return {
    handle: me.handle,
    user: me.id,
    photo: photo.id,
    trashed: trashed.id,
    upload: opened.id,
    session: sessionIn(cookie),
    album,
    invited: 'Never0000000Been',
    invitation: 'Never0000000Been',
    link,
    share: shared.id,
    shareToken: shared.token,
    tokenId: personal.id,
    grant,
    identity: identity?.id ?? '',
    token,
    personalToken: personal.token,
    cookie,
    revoked,
    thumb: pathname + search,
  };
}

/** Sends JSON as the user of an ID token, and returns the JSON of the reply. */
async function sendJson(send: GoogleWorld['send'], idToken: string, path: string, body: unknown): Promise<unknown> {
  const call = jsonCall(body);
  const headers = { ...call.headers, Authorization: `Bearer ${idToken}` };
  const answer = await send({ method: 'POST', path, ...call, headers });
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${String(answer.body)}`);
  return jsonOf(answer);
}

/** Makes a link to join an album of the user of an ID token. */
async function newLink(send: GoogleWorld['send'], idToken: string): Promise<string> {
  const { id } = checked(Album, await sendJson(send, idToken, '/v1/albums', { title: 'Of the host' }));
  const made = await sendJson(send, idToken, `/v1/albums/${id}/members`, {});
  return checked(Invited, made).link?.token ?? '';
}

/** Brings two users, a viewer and a contributor, into the album of an owner, and invites the user `invited`. */
async function newPeople(
  send: GoogleWorld['send'],
  { token: owner, album, handle }: Pick<Owner, 'token' | 'album' | 'handle'>,
  token: GoogleWorld['token'],
): Promise<Pick<Things, 'invited' | 'invitation'>> {
  const path = `/v1/albums/${album}/members`;
  for (const role of ['viewer', 'contributor'] as const) {
    const { link } = checked(Invited, await sendJson(send, owner, path, { role }));
    await sendJson(send, await token(`${role}-${handle}`), `/v1/invitations/${link?.token}`, {});
  }
  await send({ method: 'GET', path: '/v1/me', headers: { Authorization: `Bearer ${await token('invited')}` } });
  const { member } = checked(Invited, await sendJson(send, owner, path, { handle: 'invited' }));
  return { invited: member?.user ?? '', invitation: member?.invitation ?? '' };
}

/** Makes a personal token for the user of an ID token. */
export async function makeToken(
  send: GoogleWorld['send'],
  idToken: string,
  scopes: Scope[],
  expiresAt?: string,
): Promise<z.infer<typeof MadeToken>> {
  const call = jsonCall({ name: 'Of a test', scopes, ...(expiresAt !== undefined && { expiresAt }) });
  const headers = { ...call.headers, Authorization: `Bearer ${idToken}` };
  return checked(MadeToken, jsonOf(await send({ method: 'POST', path: '/v1/tokens', ...call, headers })));
}

/** Makes one upload grant for the user of an ID token. */
async function newGrant(send: GoogleWorld['send'], idToken: string): Promise<string> {
  const call = jsonCall({ count: 1 });
  const headers = { ...call.headers, Authorization: `Bearer ${idToken}` };
  const { grants } = checked(
    Grants,
    jsonOf(await send({ method: 'POST', path: '/v1/upload-grants', ...call, headers })),
  );
  return grants[0]?.url.split('/').at(-1) ?? '';
}

/** The id of the session in a cookie: the SHA-256 of its secret. */
const sessionIn = (cookie: string) =>
  createHash('sha256')
    .update(cookie.split('.')[1] ?? '')
    .digest('hex');

async function signIn(send: GoogleWorld['send'], token: string): Promise<string> {
  const answer = await send({ method: 'POST', path: '/v1/session', ...jsonCall({ token }) });
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}
