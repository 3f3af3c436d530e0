/*
 * Shares an album, opens it as a guest, uploads as the guest, and ends the share:
 *
 *   node docs/examples/share-an-album.ts http://localhost:8080 one.jpg two.jpg
 *
 * The first photo is the owner's, the second one the guest's. TOKEN is a personal token with the scopes read, upload, edit
 * and share. Without it the stand-in issuer of `npm start` signs in `ana`.
 */
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { localSignIn, PhotoTimelineClient, PhotoTimelineError } from '../../src/client/index.ts';

const [service = 'http://localhost:8080', ownersFile = '', guestsFile = ''] = process.argv.slice(2);
const owner = new PhotoTimelineClient({ service, token: process.env['TOKEN'] ?? localSignIn('ana', { service }) });
const guest = new PhotoTimelineClient({ service });

const fileAt = async (path: string) => new File([await openAsBlob(path)], basename(path));

/** Waits for a call that the service must refuse. */
async function refused(call: Promise<unknown>, code: string): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof PhotoTimelineError) || error.code !== code) throw new Error(`Not refused: ${code}`);
}

// The owner makes an album with one photo.
const uploaded = await owner.upload(await fileAt(ownersFile));
if (uploaded.status === 'refused') throw uploaded.error;
const album = await owner.call('post /v1/albums', { body: { title: 'Harbour' } });
await owner.call('post /v1/albums/{id}/photos', { path: { id: album.id }, body: { ids: [uploaded.photo.id] } });
console.log('The album Harbour has one photo.');

// The owner shares it for a week, with a password, and lets guests upload.
const expiresAt = new Date(Date.now() + 7 * 24 * 3_600_000).toISOString();
const share = await owner.call('post /v1/shares', {
  body: { album: album.id, password: 'sesame', upload: true, expiresAt },
});
console.log(`Guests open it at ${new URL(share.url, service).href}`);

// A guest has the link alone, and then the password.
const path = { token: share.token };
await refused(guest.call('get /v1/shared/{token}', { path }), 'share-locked');
const { unlock } = await guest.call('post /v1/shared/{token}/unlock', { path, body: { password: 'sesame' } });
const header = { 'Share-Unlock': unlock };
const { title, count } = await guest.call('get /v1/shared/{token}', { path, header });
console.log(`The guest sees ${title}, photos: ${count}.`);

// The guest adds a photo. It comes into the album, and counts in the owner's quota.
await guest.call('post /v1/shared/{token}/photos', { path, header, form: { image: await fileAt(guestsFile) } });
const { items } = await guest.call('get /v1/shared/{token}/photos', { path, header });
console.log(`The guest has added a photo. Photos now: ${items.length}.`);
for (const { variants } of items) {
  const picture = await fetch(new URL(variants.medium.url, service));
  if (!picture.ok) throw new Error(`A picture answered ${picture.status}.`);
}

// The owner ends the share. The next request of the guest finds nothing.
await owner.call('delete /v1/shares/{id}', { path: { id: share.id } });
await refused(guest.call('get /v1/shared/{token}/photos', { path, header }), 'not-found');
console.log('The share is ended, and the guest finds nothing.');
