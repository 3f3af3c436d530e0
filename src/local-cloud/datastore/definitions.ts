import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { messageCodec, readDefinitions, type Definitions, type MessageCodec } from '../definitions.ts';
import type { Entity } from './protocol.ts';

/** The messages and the service of google.datastore.v1. */
export function readDatastoreDefinitions(): Definitions {
  const folder = dirname(createRequire(import.meta.url).resolve('@google-cloud/datastore-api/package.json'));
  return readDefinitions(join(folder, 'build/protos/protos.json'), ['google.datastore.admin']);
}

/** Entities as bytes, on the wire and on disk. */
export type EntityCodec = MessageCodec<Entity>;

export const entityCodec = (definitions: Definitions): EntityCodec =>
  messageCodec(definitions, 'google.datastore.v1.Entity');
