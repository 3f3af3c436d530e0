import protobuf from 'protobufjs/minimal.js';

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

interface LookupAnswer {
  found: Row[];
  /** To be asked for once more. */
  deferred: PathElement[][];
  transaction?: Buffer;
}

interface QueryAnswer {
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

/**
 * Reads a `LookupResponse`.
 * @throws Error when the bytes are no such message
 */
export function readLookupAnswer(bytes: Buffer): LookupAnswer {
  const answer: LookupAnswer = { found: [], deferred: [] };
  const reader = protobuf.Reader.create(bytes);
  readFields(reader, reader.len, (field) => {
    if (field === LOOKUP.found) answer.found.push(readResult(reader));
    else if (field === LOOKUP.deferred) answer.deferred.push(readKey(reader));
    else if (field === LOOKUP.transaction) answer.transaction = Buffer.from(reader.bytes());
  });
  return answer;
}

/**
 * Reads a `RunQueryResponse`.
 * @throws Error when the bytes are no such message
 */
export function readQueryAnswer(bytes: Buffer): QueryAnswer {
  const answer: QueryAnswer = { rows: [], endCursor: Buffer.alloc(0), moreResults: 0 };
  const reader = protobuf.Reader.create(bytes);
  const readBatchField = (field: number) => {
    if (field === BATCH.results) answer.rows.push(readResult(reader));
    else if (field === BATCH.endCursor) answer.endCursor = Buffer.from(reader.bytes());
    else if (field === BATCH.moreResults) answer.moreResults = reader.int32();
  };
  readFields(reader, reader.len, (field) => {
    if (field === RUN_QUERY.batch) readMessage(reader, readBatchField);
    else if (field === RUN_QUERY.transaction) answer.transaction = Buffer.from(reader.bytes());
  });
  return answer;
}

function readResult(reader: protobuf.Reader): Row {
  const row: Row = { path: [], properties: {} };
  const readEntityField = (field: number) => {
    if (field === ENTITY.key) row.path = readKey(reader);
    else if (field === ENTITY.properties) readProperty(reader, row.properties);
  };
  readMessage(reader, (field) => {
    if (field === RESULT.entity) readMessage(reader, readEntityField);
  });
  return row;
}

function readKey(reader: protobuf.Reader): PathElement[] {
  const path: PathElement[] = [];
  readMessage(reader, (field) => {
    if (field === KEY.path) path.push(readElement(reader));
  });
  return path;
}

function readElement(reader: protobuf.Reader): PathElement {
  const element = { kind: '', name: '' };
  readMessage(reader, (field) => {
    if (field === ELEMENT.kind) element.kind = reader.string();
    else if (field === ELEMENT.name) element.name = reader.string();
  });
  return element;
}

/** One entry of the map of properties; what is no text is left out. */
function readProperty(reader: protobuf.Reader, properties: Record<string, string>): void {
  let name = '';
  const readValueField = (field: number) => {
    if (field === VALUE.text) properties[name] = reader.string();
  };
  readMessage(reader, (field) => {
    if (field === PROPERTY.name) name = reader.string();
    else if (field === PROPERTY.value) readMessage(reader, readValueField);
  });
}

/** Reads a message inside another: its length stands before it. */
function readMessage(reader: protobuf.Reader, readField: (field: number) => void): void {
  const length = reader.uint32();
  readFields(reader, reader.pos + length, readField);
}

/** Passes the number of each field to `readField`, and skips the fields that it leaves unread. */
function readFields(reader: protobuf.Reader, end: number, readField: (field: number) => void): void {
  // The reader's own texts end silently where the bytes end.
  if (end > reader.len) throw new Error('A response of Datastore ends too early.');
  while (reader.pos < end) {
    const tag = reader.uint32();
    const start = reader.pos;
    readField(tag >>> 3);
    if (reader.pos === start) reader.skipType(tag & 7);
  }
  if (reader.pos > end) throw new Error('A field of a response of Datastore ends behind its message.');
}
