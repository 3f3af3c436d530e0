import { openAsBlob } from 'node:fs';
import { localSignIn, PhotoTimelineClient } from '../../src/client/index.ts';

const [service = 'http://localhost:8080', file = 'docs/timeline.png'] = process.argv.slice(2);
const client = new PhotoTimelineClient({ service, token: localSignIn('ana', { service }) });

// Upload a photo: `created`. The same bytes again: `duplicate`.
const picture = await openAsBlob(file);
console.log((await client.upload(picture, { caption: 'Seven photos' })).status);
console.log((await client.upload(picture)).status);

// Upload twenty more, some at the same time. All of them are in the very next read, which pages by itself.
const copies = Array.from({ length: 20 }, () => picture);
await client.uploadAll(copies, { caption: 'One of twenty', duplicates: 'allow' });
const captions: string[] = [];
for await (const photo of client.timeline({ order: 'posted', limit: 10 })) captions.push(photo.caption);
console.log(`Photos: ${captions.length}, the first one: ${captions.at(-1)}`);

// A picture's address works without headers, as in an <img>.
const { items } = await client.call('get /v1/timeline', { query: { limit: 1 } });
for (const photo of items) console.log((await client.picture(photo, 'small')).url);

// A refusal says what is wrong, and leaves nothing behind.
const refused = await client.upload(new Blob(['no picture']));
if (refused.status === 'refused') console.log(refused.error.detail);
