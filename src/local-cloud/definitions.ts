import { fromJSON, type Options, type PackageDefinition } from '@grpc/proto-loader';
import { readFileSync } from 'node:fs';

/** How messages look in JavaScript: int64 as decimal strings, enums by name, absent fields absent. */
const MESSAGE_SHAPE: Options = { longs: String, enums: String, oneofs: true, arrays: true, keepCase: false };

/** What describes services and is not sent by them: HTTP mappings, long-running operations, descriptor.proto. */
const DESCRIPTIONS =
  /^google\.(api|longrunning|protobuf\.(\w*Descriptor\w*|\w+Options|FeatureSet\w*|\w+CodeInfo|UninterpretedOption))$/;

/** A package, or a message with others inside. */
interface Scope {
  nested?: Record<string, Scope>;
}

/**
 * The messages and services in a `protos.json`, which Google's packages bring along with their `.proto` files: it is read
 * in a quarter of the time. The packages in `without` are left out.
 */
export function readDefinitions(file: string, without: string[]): PackageDefinition {
  const root = JSON.parse(readFileSync(file, 'utf8')) as Scope;
  prune(root, '', (name) => DESCRIPTIONS.test(name) || without.includes(name));
  return fromJSON(root, MESSAGE_SHAPE);
}

function prune({ nested = {} }: Scope, prefix: string, isUnused: (name: string) => boolean): void {
  for (const [name, scope] of Object.entries(nested)) {
    if (isUnused(prefix + name)) delete nested[name];
    else prune(scope, `${prefix}${name}.`, isUnused);
  }
}
