/** An entity as far as we keep anything in it: the elements of its key, and its properties that are texts. */
export interface Row {
  /** Kind and name of each element. */
  path: PathElement[];
  properties: Record<string, string>;
}

export interface PathElement {
  kind: string;
  name: string;
}

export interface LookupAnswer {
  found: Row[];
  /** To be asked for once more. */
  deferred: PathElement[][];
  transaction?: Buffer;
}

export interface QueryAnswer {
  rows: Row[];
  endCursor: Buffer;
  /** `QueryResultBatch.MoreResultsType`. */
  moreResults: number;
  transaction?: Buffer;
}

/** The numbers of the fields that are read, from datastore.proto, query.proto and entity.proto of datastore v1. */
const LOOKUP = { found: 1, deferred: 3, transaction: 5 };
const RUN_QUERY = { batch: 1, transaction: 5 };
const BATCH = { results: 2, endCursor: 4, moreResults: 5 };
const RESULT = { entity: 1 };
const ENTITY = { key: 1, properties: 3 };
const KEY = { path: 2 };
const ELEMENT = { kind: 1, name: 3 };
const PROPERTY = { name: 1, value: 2 };
const VALUE = { text: 17 };

/** Reads a `LookupResponse`. */
export function readLookupAnswer(bytes: Buffer): LookupAnswer {
  const answer: LookupAnswer = { found: [], deferred: [] };
  walk(whole(bytes), (field, part) => {
    if (field === LOOKUP.found) answer.found.push(readResult(part));
    else if (field === LOOKUP.deferred) answer.deferred.push(readKey(part));
    else if (field === LOOKUP.transaction) answer.transaction = copyOf(part);
  });
  return answer;
}

/** Reads a `RunQueryResponse`. */
export function readQueryAnswer(bytes: Buffer): QueryAnswer {
  const answer: QueryAnswer = { rows: [], endCursor: Buffer.alloc(0), moreResults: 0 };
  const readBatch: Visit = (field, part) => {
    if (field === BATCH.results) answer.rows.push(readResult(part));
    else if (field === BATCH.endCursor) answer.endCursor = copyOf(part);
    else if (field === BATCH.moreResults) answer.moreResults = part.number;
  };
  walk(whole(bytes), (field, part) => {
    if (field === RUN_QUERY.batch) walk(part, readBatch);
    else if (field === RUN_QUERY.transaction) answer.transaction = copyOf(part);
  });
  return answer;
}

function readResult(result: Part): Row {
  const row: Row = { path: [], properties: {} };
  const readEntity: Visit = (field, part) => {
    if (field === ENTITY.key) row.path = readKey(part);
    else if (field === ENTITY.properties) readProperty(part, row.properties);
  };
  walk(result, (field, part) => field === RESULT.entity && walk(part, readEntity));
  return row;
}

function readKey(key: Part): PathElement[] {
  const path: PathElement[] = [];
  walk(key, (field, part) => field === KEY.path && path.push(readElement(part)));
  return path;
}

function readElement(element: Part): PathElement {
  const read = { kind: '', name: '' };
  walk(element, (field, part) => {
    if (field === ELEMENT.kind) read.kind = textOf(part);
    else if (field === ELEMENT.name) read.name = textOf(part);
  });
  return read;
}

/** One entry of the map of properties; what is no text is left out. */
function readProperty(property: Part, properties: Record<string, string>): void {
  let name = '';
  walk(property, (field, part) => {
    if (field === PROPERTY.name) name = textOf(part);
    else if (field === PROPERTY.value) {
      walk(part, (type, content) => type === VALUE.text && (properties[name] = textOf(content)));
    }
  });
}

/** Where a message, a text or bytes lie; of a number, what it is. Nothing is copied on the way to what is wanted. */
interface Part {
  bytes: Buffer;
  start: number;
  end: number;
  number: number;
}

type Visit = (field: number, part: Part) => unknown;

const whole = (bytes: Buffer): Part => ({ bytes, start: 0, end: bytes.length, number: 0 });
const textOf = ({ bytes, start, end }: Part) => bytes.toString('utf8', start, end);
const copyOf = ({ bytes, start, end }: Part) => Buffer.from(bytes.subarray(start, end));

/** Visits the fields of one message (protobuf.dev, Encoding). Throws when the bytes are none. */
function walk({ bytes, start, end }: Part, visit: Visit): void {
  const reader = { at: start };
  while (reader.at < end) {
    const tag = varint(bytes, reader);
    const field = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) visit(field, { bytes, start: 0, end: 0, number: varint(bytes, reader) });
    else if (wireType === 2) {
      const length = varint(bytes, reader);
      visit(field, { bytes, start: reader.at, end: reader.at + length, number: 0 });
      reader.at += length;
    } else if (wireType === 1) reader.at += 8;
    else if (wireType === 5) reader.at += 4;
    else throw new Error(`Datastore answered with the wire type ${wireType}, which there is not.`);
  }
  if (reader.at > end) throw new Error('An answer of Datastore ends too early.');
}

/** Up to 64 bits; of numbers larger than a double holds only the size counts here. */
function varint(bytes: Buffer, reader: { at: number }): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[reader.at++] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
}
