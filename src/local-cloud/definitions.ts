import type { ServiceDefinition } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs/light.js';
import type { IConversionOptions, Root, Type } from 'protobufjs/light.js';

// gRPC's own loader describes each message once more, which no code here reads and which takes longer than all else.
// `light` is protobufjs without a parser.

/** How messages look in JavaScript: int64 as decimal strings, enums by name, absent fields absent. */
const MESSAGE_SHAPE: IConversionOptions = { longs: String, enums: String, oneofs: true, arrays: true };

/** What describes services and is not sent by them: HTTP mappings, long-running operations, descriptor.proto. */
const DESCRIPTIONS =
  /^google\.(api|longrunning|protobuf\.(\w*Descriptor\w*|\w+Options|FeatureSet\w*|\w+CodeInfo|UninterpretedOption))$/;

/** The messages and services of a package, which `readDefinitions` gives. */
export type Definitions = Root;

export interface MessageCodec<Message> {
  encode(message: Message): Buffer;
  decode(bytes: Uint8Array): Message;
}

/** A package, or a message with others inside. */
interface Scope {
  nested?: Record<string, Scope>;
}

/**
 * The messages and services in a `protos.json`, which Google's packages bring along with their `.proto` files: it is read
 * in a fraction of the time. The packages in `without` are left out.
 */
export function readDefinitions(file: string, without: string[]): Definitions {
  const root = JSON.parse(readFileSync(file, 'utf8')) as Scope;
  prune(root, '', (name) => DESCRIPTIONS.test(name) || without.includes(name));
  return protobuf.Root.fromJSON(root);
}

/** A service as gRPC takes it. */
export function serviceDefinition(definitions: Definitions, name: string): ServiceDefinition {
  const methods = definitions.lookupService(name).methodsArray.map((method) => {
    const { encode: requestSerialize, decode: requestDeserialize } = codecOf(method.resolvedRequestType);
    const { encode: responseSerialize, decode: responseDeserialize } = codecOf(method.resolvedResponseType);
    const path = `/${name}/${method.name}`;
    const codecs = { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize };
    return [method.name, { path, requestStream: false, responseStream: false, ...codecs }] as const;
  });
  return Object.fromEntries(methods);
}

export const messageCodec = <Message>(definitions: Definitions, name: string): MessageCodec<Message> =>
  codecOf(definitions.lookupType(name));

function codecOf<Message>(type: Type | null): MessageCodec<Message> {
  if (!type) throw new Error('A method without its messages cannot be served.');
  return {
    encode: (message) => type.encode(type.fromObject(message as object)).finish() as Buffer,
    decode: (bytes) => type.toObject(type.decode(bytes), MESSAGE_SHAPE) as Message,
  };
}

function prune({ nested = {} }: Scope, prefix: string, isUnused: (name: string) => boolean): void {
  for (const [name, scope] of Object.entries(nested)) {
    if (isUnused(prefix + name)) delete nested[name];
    else prune(scope, `${prefix}${name}.`, isUnused);
  }
}
