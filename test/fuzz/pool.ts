import { createHash } from 'node:crypto';
import { LocalToken } from '../../src/features/accounts/local-routes.ts';
import { checked } from '../support/checked.ts';
import { jsonCall, formCall } from '../security/google-world.ts';
import { jsonOf, type Answer, type Call, type HttpClient } from '../support/http-client.ts';
import { makeSamples, type Samples } from './pictures.ts';

/** What really exists, made by requests before the first hostile one: the generators use it, and change it slightly. */
export interface Pool {
  /** Bearer tokens of users who exist. */
  tokens: string[];
  /** Sessions of pages, as `Cookie` sends them. */
  cookies: string[];
  handles: string[];
  /** Ids of photos, uploads and accounts. */
  ids: string[];
  /** Keys of the course routes: `<user>.<photo>`. */
  imageKeys: string[];
  /** Values of `cursor`, and of the feed's `token`. */
  cursors: string[];
  /** Values of `token` in signed URLs. */
  mediaTokens: string[];
  /** Strong validators, with their quotes. */
  tags: string[];
  checksums: string[];
  /** The `upload_id` of open sessions. */
  sessions: string[];
  /** Upload grants, without their address. */
  grants: string[];
  samples: Samples;
}

const USERS = ['fuzz-ana', 'fuzz-ben', 'fuzz-public'];

/** Signs users up, and gives each photos in every state. */
export async function fillPool(client: HttpClient): Promise<Pool> {
  const samples = await makeSamples();
  const pool: Pool = {
    tokens: [],
    cookies: [],
    handles: [...USERS],
    ids: [],
    imageKeys: [],
    cursors: [],
    mediaTokens: [],
    tags: [],
    checksums: Object.values(samples as unknown as Record<string, Buffer>).map(sha256),
    sessions: [],
    grants: [],
    samples,
  };
  for (const name of USERS) await addUser(client, pool, name);
  return pool;
}

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A token of the stand-in issuer. */
export async function signUpFor(client: HttpClient, name: string): Promise<string> {
  const answer = await client.send({ method: 'POST', path: '/local/token', ...jsonCall({ name }) });
  return checked(LocalToken, jsonOf(answer)).token;
}

interface Seen {
  id: string;
  next: string | null;
  prev: string | null;
  token: string;
  sessionUrl: string;
  grants: { url: string }[];
  photo: { id: string; variants: Record<string, { url: string }>; original: { url: string } };
}

async function addUser(client: HttpClient, pool: Pool, name: string): Promise<void> {
  const token = await signUpFor(client, name);
  pool.tokens.push(token);
  const as = async (call: Call): Promise<Partial<Seen>> => {
    const answer = await client.send({ ...call, headers: { ...call.headers, Authorization: `Bearer ${token}` } });
    if (answer.status >= 400)
      throw new Error(`${call.method} ${call.path}: ${answer.status} ${answer.body.toString()}`);
    note(pool, answer);
    return answer.body.length > 0 ? (jsonOf(answer) as Partial<Seen>) : {};
  };
  const get = (path: string) => as({ method: 'GET', path });
  const post = (path: string, body: unknown) => as({ method: 'POST', path, ...jsonCall(body) });

  const { id: user = '' } = await get('/v1/me');
  if (name.endsWith('public')) await as({ method: 'PATCH', path: '/v1/me', ...jsonCall({ visibility: 'public' }) });
  for (const [kind, content] of Object.entries(pool.samples as unknown as Record<string, Buffer>)) {
    if (kind === 'heic') continue;
    const form = formCall([{ name: 'image', fileName: `a.${kind}`, content }]);
    const { photo } = await as({ method: 'POST', path: '/v1/photos', ...form });
    if (!photo) continue;
    pool.ids.push(photo.id);
    pool.imageKeys.push(`${user}.${photo.id}`);
    const urls = [photo.variants['thumb']?.url, photo.original.url];
    pool.mediaTokens.push(...urls.map((url) => new URL(url ?? '/', 'http://localhost').searchParams.get('t') ?? ''));
    if (kind === 'gif') await as({ method: 'DELETE', path: `/v1/photos/${photo.id}` });
    else await get(`/v1/photos/${photo.id}`);
  }
  const lists = [
    'timeline?limit=1',
    'timeline?limit=1&order=posted',
    'timeline?limit=1&favourite=false',
    'changes?limit=1',
  ];
  for (const list of [...lists, 'changes?token=latest', 'trash?limit=1']) {
    const { next, prev, token: feed } = await get(`/v1/${list}`);
    pool.cursors.push(...[next, prev, feed].filter((each) => typeof each === 'string'));
  }
  const opened = await post('/v1/uploads', { bytes: 262_144, type: 'image/jpeg', sha256: sha256(Buffer.from(name)) });
  const { grants = [] } = await post('/v1/upload-grants', { count: 3 });
  pool.grants.push(...grants.map(({ url }) => url.split('/').at(-1) ?? ''));
  pool.ids.push(opened.id ?? '', user);
  pool.sessions.push(new URL(opened.sessionUrl ?? '/', 'http://localhost').searchParams.get('upload_id') ?? '');
  const session = await client.send({ method: 'POST', path: '/v1/session', ...jsonCall({ token }) });
  pool.cookies.push(session.headers['set-cookie']?.[0]?.split(';')[0] ?? '');
}

function note(pool: Pool, { headers: { etag } }: Answer): void {
  if (etag !== undefined) pool.tags.push(etag);
}
