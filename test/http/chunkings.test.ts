import { array, asyncProperty, assert, integer, uint8Array, constantFrom, oneof } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '../../src/http/replies/problem.ts';
import { checked } from '../support/checked.ts';
import {
  BOUNDARY,
  chunkOf,
  encodeForm,
  formApp,
  listen,
  memorySink,
  openUpload,
  Received,
  type Listening,
} from './forms.ts';

const sink = memorySink();
let app: Listening;
beforeAll(async () => (app = await listen(formApp(sink))));
afterAll(() => app.close());

/** What looks like the end of a part, or nearly. */
const TRICKY = [`\r\n--${BOUNDARY}`.slice(0, -1), '\r\n--', '\r\n', '\r', '--', '\0', BOUNDARY];

const content = array(
  oneof(
    uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    constantFrom(...TRICKY).map((text) => Buffer.from(text)),
  ),
  { maxLength: 12 },
)
  .map((pieces) => Buffer.concat(pieces))
  .filter((bytes) => !bytes.includes(`--${BOUNDARY}`));

test('a file comes out as it went in, however the form is cut into chunks', async () => {
  await assert(
    asyncProperty(
      content,
      content,
      array(integer({ min: 1, max: 200 }), { minLength: 1 }),
      async (image, preview, sizes) => {
        const form = encodeForm([
          { name: 'caption', content: 'sea' },
          { name: 'image', fileName: 'a.jpg', content: image },
          { name: 'preview', fileName: 'p.jpg', content: preview },
        ]);
        const answer = await send(form, sizes);
        const { fields, files } = checked(Received, JSON.parse(answer));
        expect(fields).toEqual({ caption: 'sea' });
        expect(files.map(({ stored }) => sink.kept.get(stored))).toEqual([image, preview]);
      },
    ),
    { numRuns: 150 },
  );
});

test('a form cut short anywhere is refused and leaves nothing', async () => {
  const form = encodeForm([
    { name: 'caption', content: 'sea' },
    { name: 'image', fileName: 'a.jpg', content: 'bytes\r\n--of a picture' },
  ]);
  sink.kept.clear();
  // The line end after the last boundary may be missing.
  for (let length = 1; length < form.length - 2; length++) {
    const { code } = checked(Problem, JSON.parse(await send(form.subarray(0, length), [length])));
    expect({ length, code, kept: sink.kept.size }).toEqual({ length, code: 'upload-aborted', kept: 0 });
  }
});

/** Sends a form in chunks of these sizes, over and over; gives the body of the answer. */
async function send(form: Buffer, sizes: number[]): Promise<string> {
  const { socket, answer } = openUpload(app, undefined, 'close');
  for (let start = 0, at = 0; start < form.length; at++) {
    const end = start + sizes[at % sizes.length]!;
    socket.write(chunkOf(form.subarray(start, end)));
    start = end;
  }
  socket.write('0\r\n\r\n');
  const [, body = ''] = (await answer()).split('\r\n\r\n', 2);
  return body;
}
