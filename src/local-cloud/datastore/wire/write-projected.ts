import type { EntityCodec } from '../definitions.ts';
import type { Key, Value } from '../protocol.ts';
import type { ProjectedRow } from '../query/projected.ts';
import type { MessageWriter } from './message-writer.ts';

/**
 * Writes the entity of a projection's `EntityResult`, without a version: query.proto has one for whole entities alone.
 * Texts go from the index into the reply as the bytes they are, which takes a tenth of the time of the codec.
 */
export function writeProjected(out: MessageWriter, codec: EntityCodec, row: ProjectedRow): void {
  const { key, properties } = row;
  const hasIds = key.path.some(({ name }) => name === undefined);
  if (hasIds || !Object.values(properties).every(isText)) return void out.bytes(1, codec.encode(entityOf(row)));
  out.message(1, () => {
    out.message(1, () => writeKey(out, key));
    for (const [name, text] of Object.entries(properties)) {
      out.message(3, () => out.text(1, name).message(2, () => out.bytes(17, text as Buffer)));
    }
  });
}

const isText = (value: Buffer | Value): value is Buffer => Buffer.isBuffer(value);

const entityOf = ({ key, properties }: ProjectedRow) => ({
  key,
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isText(value) ? textValue(value) : value]),
  ),
});

const textValue = (bytes: Buffer): Value => ({ valueType: 'stringValue', stringValue: bytes.toString() });

/** A key whose elements have names. The field numbers are those of entity.proto. */
function writeKey(out: MessageWriter, { partitionId, path }: Key): void {
  const { projectId, databaseId, namespaceId } = partitionId ?? {};
  out.message(1, () => out.text(2, projectId).text(3, databaseId).text(4, namespaceId));
  for (const { kind, name } of path) out.message(2, () => out.text(1, kind).text(3, name));
}
