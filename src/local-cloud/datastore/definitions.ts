import type { MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readDefinitions } from '../definitions.ts';
import type { Entity } from './protocol.ts';

/** The messages and the service of google.datastore.v1. */
export function readDatastoreDefinitions(): PackageDefinition {
  const folder = dirname(createRequire(import.meta.url).resolve('@google-cloud/datastore-api/package.json'));
  return readDefinitions(join(folder, 'build/protos/protos.json'), ['google.datastore.admin']);
}

/** Entities as the bytes that travel and are stored. */
export interface EntityCodec {
  encode(entity: Entity): Buffer;
  decode(bytes: Uint8Array): Entity;
}

export function entityCodec(definitions: PackageDefinition): EntityCodec {
  const entity = definitions['google.datastore.v1.Entity'] as MessageTypeDefinition<Entity, Entity>;
  return {
    encode: (value) => entity.serialize(value),
    decode: (bytes) => entity.deserialize(bytes as Buffer),
  };
}
