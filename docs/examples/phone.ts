/*
 * Keeps a copy of a library in a folder, as an app on a phone does, and shows what has changed:
 *
 *   node docs/examples/phone.ts ./my-copy http://localhost:8080
 *   node docs/examples/phone.ts ./my-copy http://localhost:8080 --upload ~/Pictures
 *   node docs/examples/phone.ts ./my-copy http://localhost:8080 --follow
 *
 * The first run lists the whole library, each later one what has changed since. It may be killed at any time: the next run
 * continues. TOKEN is an ID token, or a personal token with the scopes read and upload. Without it the stand-in issuer of
 * `npm start` signs in `ana`, or the name in --name.
 */
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { localSignIn, PhotoTimelineClient, type LibraryChange, type SyncStep } from '../../src/client/index.ts';
import { PhoneLibrary } from './phone-library.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string', default: 'ana' },
    upload: { type: 'string' },
    follow: { type: 'boolean', default: false },
    'page-size': { type: 'string', default: '200' },
  },
});
const [folder = './my-copy', service = 'http://localhost:8080'] = positionals;
const pageSize = Number(values['page-size']);

const library = new PhoneLibrary(folder);
const client = new PhotoTimelineClient({
  service,
  token: process.env['TOKEN'] ?? localSignIn(values.name, { service }),
});

/** The library, which tells of each change once it is saved. */
const copy = {
  load: () => library.load(),
  save(step: SyncStep) {
    if (step.startsOver) console.log('Listing the whole library.');
    library.save(step);
    for (const change of step.changes) console.log(lineOf(change));
  },
};

if (values.upload !== undefined) await uploadFolder(values.upload);
await client.sync(copy, { pageSize });
showState();
if (values.follow) for await (const _ of client.follow(copy, { pageSize, everyMs: 5_000 })) showState();

function lineOf(change: LibraryChange): string {
  if (change.type === 'delete') return `- ${change.kind} ${change.id} (${change.reason})`;
  const text = change.kind === 'photo' ? change.photo.caption : change.album.title;
  return `+ ${change.kind} ${change.id} ${text}`.trimEnd();
}

function showState(): void {
  const [photos, albums] = [library.photos().size, library.albums().size];
  console.log(`Photos: ${photos}. Albums: ${albums}. Last change: ${library.sequence()}.`);
}

/** Uploads the pictures of a folder that no earlier run has uploaded. */
async function uploadFolder(pictures: string): Promise<void> {
  const names = (await readdir(pictures)).filter((name) => /\.(jpe?g|png|gif|webp|avif|heic|heif)$/i.test(name));
  const found = await Promise.all(names.toSorted().map((name) => fileAt(join(pictures, name), name)));
  const waiting = found.filter(({ mark }) => !library.isUploaded(mark));
  await client.uploadAll(
    waiting.map(({ file }) => file),
    {
      onResult(result, at) {
        const { mark = '', file } = waiting[at] ?? {};
        // What has failed is uploaded by the next run.
        if (result.status !== 'failed') library.noteUpload(mark, result.status);
        console.log(`${file?.name}: ${result.status}${'error' in result ? `, ${result.error.detail}` : ''}`);
      },
    },
  );
}

async function fileAt(path: string, name: string) {
  const { size, mtimeMs } = await stat(path);
  return { file: new File([await openAsBlob(path)], name), mark: `${name} ${size} ${mtimeMs}` };
}
