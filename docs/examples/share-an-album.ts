/*
 * Shares an album, opens it as a guest, uploads as the guest, and ends the share:
 *
 *   node docs/examples/share-an-album.ts http://localhost:8080 one.jpg two.jpg
 *
 * The first photo is the owner's, the second one the guest's. TOKEN is a personal token with the scopes read, upload, edit
 * and share. Without it the stand-in issuer of `npm start` signs in `ana`.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

const [service = 'http://localhost:8080', ownersFile = '', guestsFile = ''] = process.argv.slice(2);

interface Call {
  method?: string;
  headers?: Record<string, string>;
  json?: unknown;
  file?: string;
}

/** Sends a request, and returns the JSON of the reply. */
async function send<Reply>(path: string, expected: number, { method = 'GET', headers = {}, json, file }: Call = {}) {
  const form = file === undefined ? undefined : new FormData();
  if (form && file !== undefined) form.append('image', new Blob([await readFile(file)]), basename(file));
  const type: Record<string, string> = json === undefined ? {} : { 'Content-Type': 'application/json' };
  const body = form ?? (json === undefined ? null : JSON.stringify(json));
  const reply = await fetch(new URL(path, service), { method, headers: { ...headers, ...type }, body });
  const text = await reply.text();
  if (reply.status !== expected) throw new Error(`${method} ${path}: ${reply.status} instead of ${expected}. ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Reply;
}

const signIn = async () =>
  (await send<{ token: string }>('/local/token', 200, { method: 'POST', json: { name: 'ana' } })).token;

const token = process.env['TOKEN'] ?? (await signIn());
const owner = { Authorization: `Bearer ${token}` };
const post = <Reply>(path: string, json: unknown, expected: number) =>
  send<Reply>(path, expected, { method: 'POST', headers: owner, json });

// The owner makes an album with one photo.
const uploaded = await send<{ photo: { id: string } }>('/v1/photos', 201, {
  method: 'POST',
  headers: owner,
  file: ownersFile,
});
const album = await post<{ id: string }>('/v1/albums', { title: 'Harbour' }, 201);
await post(`/v1/albums/${album.id}/photos`, { ids: [uploaded.photo.id] }, 200);
console.log('The album Harbour has one photo.');

// The owner shares it for a week, with a password, and lets guests upload.
const expiresAt = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString();
const share = await post<{ id: string; token: string; url: string }>(
  '/v1/shares',
  { album: album.id, password: 'sesame', upload: true, expiresAt },
  201,
);
console.log(`Guests open it at ${new URL(share.url, service).href}`);

// A guest has the link alone, and then the password.
const shared = `/v1/shared/${share.token}`;
await send(shared, 401);
const { unlock } = await send<{ unlock: string }>(`${shared}/unlock`, 200, {
  method: 'POST',
  json: { password: 'sesame' },
});
const guest = { 'Share-Unlock': unlock };
const { title, count } = await send<{ title: string; count: number }>(shared, 200, { headers: guest });
console.log(`The guest sees ${title}, photos: ${count}.`);

// The guest adds a photo. It comes into the album, and counts in the owner's quota.
await send(`${shared}/photos`, 201, { method: 'POST', headers: guest, file: guestsFile });
const { items } = await send<{ items: { variants: { medium: { url: string } } }[] }>(`${shared}/photos`, 200, {
  headers: guest,
});
console.log(`The guest has added a photo. Photos now: ${items.length}.`);
for (const { variants } of items) {
  const picture = await fetch(new URL(variants.medium.url, service));
  if (!picture.ok) throw new Error(`A picture answered ${picture.status}.`);
}

// The owner ends the share. The next request of the guest finds nothing.
await send(`/v1/shares/${share.id}`, 204, { method: 'DELETE', headers: owner });
await send(`${shared}/photos`, 404, { headers: guest });
console.log('The share is ended, and the guest finds nothing.');
