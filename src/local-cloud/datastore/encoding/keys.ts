import type { Key, PathElement } from '../protocol.ts';
import { END, endOf, OrderedBytes, readEnded } from './ordered-bytes.ts';

const ID = 1;
const NAME = 2;
const SIGN = 1n << 63n;

/**
 * A path as bytes in key order: kind, then ids before names, element by element. It has no end mark, so the bytes of an
 * ancestor begin those of its descendants; with `END` behind it a parent sorts before its children.
 */
export function encodePath(path: readonly PathElement[]): Buffer {
  const out = new OrderedBytes();
  for (const element of path) writeElement(out, element);
  return out.take();
}

/** The path that `encodePath` wrote; what follows an end mark is ignored. */
export function decodePath(bytes: Buffer): PathElement[] {
  const path: PathElement[] = [];
  for (let at = 0; at < bytes.length && !startsWithEnd(bytes, at);) {
    const kindEnd = endOf(bytes, at);
    const kind = readEnded(bytes, at, kindEnd).toString('utf8');
    if (bytes[kindEnd] === ID) {
      path.push({ kind, id: (bytes.readBigUInt64BE(kindEnd + 1) - SIGN).toString() });
      at = kindEnd + 9;
    } else {
      at = endOf(bytes, kindEnd + 1);
      path.push({ kind, name: readEnded(bytes, kindEnd + 1, at).toString('utf8') });
    }
  }
  return path;
}

/** The byte length of each prefix of a path, the whole path last: where its ancestors end in `encodePath`. */
export function ancestorLengths(path: readonly PathElement[]): number[] {
  let length = 0;
  return path.map((element) => (length += encodePath([element]).length));
}

/** A key as a value: partition, then path, ended. */
export function encodeKeyValue(key: Key): Buffer {
  const { projectId = '', databaseId = '', namespaceId = '' } = key.partitionId ?? {};
  const out = new OrderedBytes().text(projectId).text(databaseId).text(namespaceId);
  return out.raw(encodePath(key.path)).raw(END).take();
}

function writeElement(out: OrderedBytes, { kind, id, name }: PathElement) {
  out.text(kind);
  if (name === undefined) out.byte(ID).int64(BigInt(id ?? 0));
  else out.byte(NAME).text(name);
}

// A kind is never empty and its zero bytes are escaped, so 00 00 cannot begin an element.
const startsWithEnd = (bytes: Buffer, at: number) => bytes[at] === 0 && bytes[at + 1] === 0;
