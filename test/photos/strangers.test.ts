import { beforeAll, describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { type ListedPhoto } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { mountedRoutes } from '../security/mounted-routes.ts';
import { checked } from '../support/checked.ts';
import { googleEnv, googleInstance } from '../support/google-instance.ts';
import { createInstance } from '../support/instance.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const google = await googleInstance(world);

/** What only the owner may see: file name, place in any spelling, and the token that opens an original. */
const PRIVATE = [/secret-name/i, /12\.3456/, /98\.7654/, /\?t=\w{16}o[0-9a-z]{4}[\w-]{16}/];
/** What would come from the file itself: its camera, and the block of facts in its bytes. */
const FROM_THE_FILE = [/SecretCamera/, /Exif\0\0/];

const marked = () =>
  picture({ gps: { latitude: 12.345678, longitude: -98.765432 }, camera: { make: 'SecretCamera', model: 'One' } });

/** A JPEG whose head is in order and whose picture is none: the first decode makes the photo `failed`. */
async function undecodable(): Promise<Buffer> {
  const bytes = await marked();
  // A frame of a precision that no baseline JPEG has (ITU-T T.81, table B.2).
  bytes[bytes.indexOf(Buffer.of(0xff, 0xc0)) + 4] = 7;
  return bytes;
}

const bearer = async (name: string) => ({ Authorization: `Bearer ${(await world.cloud.mintToken(name)).token}` });

const STATES = ['ready', 'failed', 'pending'];

describe.each([
  ['google', google],
  ['local', world.url],
] as const)('in profile %s', (profile, url) => {
  const owner = `owner-${profile}`;
  let user: string;
  let photos: ListedPhoto[];

  beforeAll(async () => {
    const headers = await bearer(owner);
    const json = { ...headers, 'Content-Type': 'application/json' };
    const post = async (state: string, bytes: Buffer) => {
      const body = new FormData();
      body.set('caption', `public caption, ${state}`);
      body.set('image', new Blob([new Uint8Array(bytes)]), 'secret-name.jpg');
      expect((await fetch(`${url}/v1/photos`, { method: 'POST', headers, body })).status).toBe(201);
    };
    const publish = { method: 'PATCH', headers: json, body: '{"visibility":"public"}' };
    user = checked(Me, await (await fetch(`${url}/v1/me`, publish)).json()).id;
    await post('ready', await marked());
    await post('failed', await undecodable());
    await world.drain();
    await post('pending', await marked());
    photos = checked(TimelinePage, await (await fetch(`${url}/v1/timeline`, { headers })).json()).items;
  });

  test('the owner gets all that is looked for here, for a photo of each state', async () => {
    expect(photos.map(({ state }) => state).sort()).toEqual([...STATES].sort());
    for (const { id } of photos) {
      const { all } = await replyTo('GET', `/v1/photos/${id}`, await bearer(owner));
      for (const mark of PRIVATE) expect(all).toMatch(mark);
      const original = await replyTo('GET', `/v1/photos/${id}/image/original`, await bearer(owner));
      for (const mark of FROM_THE_FILE) expect(original.all).toMatch(mark);
    }
  });

  /** Every address that the path of a route can mean for these photos. */
  function addressesOf(path: string): string[] {
    const sizes = ['thumb', 'small', 'medium', 'large', 'original'];
    const ids = photos.map(({ id }) => id);
    const values: Record<string, string[]> = { user: [owner], handle: [owner], id: ids, size: sizes };
    const known: Record<string, string[]> = { ...values, key: ids.map((id) => `${user}.${id}`) };
    return [...path.matchAll(/:(\w+)/g)].reduce(
      (paths, [param, name = '']) =>
        paths.flatMap((at) => (known[name] ?? ['x']).map((value) => at.replace(param, value))),
      [path],
    );
  }

  async function replyTo(method: string, path: string, headers: Record<string, string>): Promise<Reply> {
    const unsafe = !['GET', 'HEAD'].includes(method);
    const content = unsafe ? { body: '{}', headers: { ...headers, 'Content-Type': 'application/json' } } : { headers };
    const reply = await fetch(url + path, { method, redirect: 'manual', ...content });
    const text = Buffer.from(await reply.arrayBuffer()).toString('latin1');
    const type = reply.headers.get('content-type') ?? '';
    return { what: `${method} ${path}`, status: reply.status, type, all: JSON.stringify([...reply.headers]) + text };
  }

  /** Marks that a reply has and must not have. */
  function leaksOf({ what, type, all }: Reply): string[] {
    return [...PRIVATE, ...FROM_THE_FILE]
      .filter((mark) => mark.test(all))
      .map((mark) => `${what} (${type}) has ${mark}`);
  }

  test.each(['a caller who is not signed in', 'another user'])(
    'no route shows %s a file name, a place or the token of an original',
    async (who) => {
      const headers: Record<string, string> = who === 'another user' ? await bearer(`other-${profile}`) : {};
      const replies: Reply[] = [];
      for (const { method, path } of await routesOf(profile)) {
        // The course shows its pictures as they were uploaded, to everybody who can reach the local profile.
        if (profile === 'local' && path === '/image/:key/') continue;
        for (const address of addressesOf(path)) replies.push(await replyTo(method, address, headers));
      }
      expect(replies.length).toBeGreaterThan(90);
      expect(replies.flatMap(leaksOf)).toEqual([]);
      for (const path of [`/v1/users/${owner}/timeline`, `/user/${owner}/json/`, `/user/${owner}/web/`]) {
        const reply = replies.find(({ what }) => what === `GET ${path}`);
        for (const state of STATES) expect(reply?.all).toContain(`public caption, ${state}`);
      }
      const shown = replies.filter(({ what }) => !WITH_EXAMPLES.has(what));
      const pictures = new Set(
        shown.flatMap(({ all }) => all.match(/\/v1\/photos\/\w+\/image\/\w+\?t=[\w.-]+/g) ?? []),
      );
      expect(pictures.size).toBe(photos.length * 4);
      for (const address of pictures) expect(leaksOf(await replyTo('GET', address, headers))).toEqual([]);
      const tokens = new Set(shown.flatMap(({ all }) => all.match(/(?<=\?t=)[\w-]{37}/g) ?? []));
      expect(tokens.size).toBe(photos.length);
      for (const token of tokens) {
        for (const { id } of photos) {
          expect((await fetch(`${url}/v1/photos/${id}/image/original?t=${token}`)).status).toBe(401);
        }
      }
    },
  );

  test('the page has a form only for those who may post there', async () => {
    const formFor = async (headers: Record<string, string>) =>
      (await replyTo('GET', `/user/${owner}/web/`, headers)).all.includes('Post as');
    // In the local profile the stand-in identity vouches for the name in the form.
    const open = profile === 'local';
    expect(await formFor({})).toBe(open);
    expect(await formFor(await bearer(`third-${profile}`))).toBe(open);
    expect(await formFor(await bearer(owner))).toBe(true);
  });
});

interface Reply {
  what: string;
  status: number;
  type: string;
  all: string;
}

/** Every method and path of the app. The one that erases the caller comes last. */
/** They show addresses of photos that do not exist. */
const WITH_EXAMPLES = new Set(['GET /docs', 'GET /openapi.json']);

async function routesOf(profile: 'google' | 'local'): Promise<{ method: string; path: string }[]> {
  const env = profile === 'google' ? googleEnv(world.cloud.endpoints.issuer) : {};
  const { app } = await createInstance(world, { env });
  const routes = mountedRoutes(app);
  const isErasure = (route: string) => route === 'DELETE /v1/me';
  return [...routes.filter((route) => !isErasure(route)), ...routes.filter(isErasure)].map((route) => {
    const [method = '', path = ''] = route.split(' ');
    return { method, path };
  });
}
