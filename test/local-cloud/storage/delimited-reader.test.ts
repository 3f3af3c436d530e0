import * as fc from 'fast-check';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { DelimitedReader } from '../../../src/local-cloud/storage/server/delimited-reader.ts';
import type { Bytes } from '../../../src/local-cloud/storage/store/bytes.ts';

const MARK = Buffer.from('\r\n--mark');

/** Content without the mark, but full of what it begins with. */
const content = fc
  .array(fc.constantFrom('\r', '\n', '-', '\r\n', '\r\n--', '\r\n--mar', 'x'), { maxLength: 20 })
  .map((pieces) => Buffer.from(pieces.join('').replaceAll('\r\n--mark', '')))
  .filter((bytes) => Buffer.concat([bytes, MARK]).indexOf(MARK) === bytes.length);

test('the bytes before each delimiter are read unchanged, however the stream is cut, also when pieces are given back at once', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(content, content, cuts, async (first, second, lengths) => {
      const stream = Readable.from(cut(Buffer.concat([first, MARK, second, MARK]), lengths));
      const reader = new DelimitedReader(stream, '');
      expect(await readAndForget(reader.until(MARK))).toEqual(first);
      expect(await readAndForget(reader.until(MARK))).toEqual(second);
    }),
  );
});

/** Pieces of these lengths, over and over, each in a buffer of its own. */
function* cut(bytes: Buffer, lengths: number[]): Generator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const length = lengths[n % lengths.length] ?? 1;
    yield Uint8Array.from(bytes.subarray(at, at + length));
    at += length;
  }
}

/** Keeps a copy of each piece and detaches its buffer where it has one to itself, as the store does after writing. */
async function readAndForget(pieces: Bytes): Promise<Buffer> {
  const kept: Buffer[] = [];
  await pieces((piece) => {
    kept.push(Buffer.from(piece));
    if (piece.byteLength === piece.buffer.byteLength) (piece.buffer as ArrayBuffer).transfer(0);
  });
  return Buffer.concat(kept);
}
