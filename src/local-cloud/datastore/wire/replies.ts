import { masked } from '../commit/property-mask.ts';
import type { EntityCodec } from '../definitions.ts';
import type { Key, PropertyMask } from '../protocol.ts';
import { keyAt } from '../query/projected.ts';
import type { Batch, Result } from '../query/run-query.ts';
import type { StoredEntity } from '../store/entity-store.ts';
import type { ReadView } from '../transactions/read-view.ts';
import type { MessageWriter } from './message-writer.ts';
import { writeProjected } from './write-projected.ts';

// The field numbers are those of datastore.proto and query.proto.
const RESULT_TYPES = { FULL: 1, PROJECTION: 2, KEY_ONLY: 3 } as const;
const MORE_RESULTS = {
  NOT_FINISHED: 1,
  MORE_RESULTS_AFTER_LIMIT: 2,
  NO_MORE_RESULTS: 3,
  MORE_RESULTS_AFTER_CURSOR: 4,
} as const;

/** What a lookup found under a key, undefined if nothing. */
interface Finding {
  key: Key;
  stored: StoredEntity | undefined;
}

export function lookupReply(
  out: MessageWriter,
  codec: EntityCodec,
  view: ReadView,
  findings: Finding[],
  mask: PropertyMask | null | undefined,
): Buffer {
  out.restart();
  for (const { key, stored } of findings) {
    if (stored) out.message(1, () => writeFull(out, codec, stored, mask));
    else out.message(2, () => out.bytes(1, codec.encode({ key })).integer(4, view.at));
  }
  return out.bytes(5, view.begun).timestamp(7, view.at).finish();
}

export function queryReply(
  out: MessageWriter,
  codec: EntityCodec,
  view: ReadView,
  batch: Batch,
  mask: PropertyMask | null | undefined,
): Buffer {
  const { shape } = batch;
  const type = shape.keysOnly ? 'KEY_ONLY' : shape.projection ? 'PROJECTION' : 'FULL';
  out.restart().message(1, () => {
    out.integer(1, RESULT_TYPES[type]);
    for (const result of batch.results) out.message(2, () => writeResult(out, codec, batch, result, mask));
    out.bytes(3, batch.skippedCursor).bytes(4, batch.endCursor).integer(5, MORE_RESULTS[batch.more]);
    out.integer(6, batch.skipped).integer(7, view.at).timestamp(8, view.at);
  });
  return out.bytes(5, view.begun).finish();
}

function writeResult(
  out: MessageWriter,
  codec: EntityCodec,
  { shape, cursorHead }: Batch,
  { hit, stored, projected }: Result,
  mask: PropertyMask | null | undefined,
) {
  if (projected) writeProjected(out, codec, projected);
  else if (stored) writeFull(out, codec, stored, mask);
  else out.bytes(1, codec.encode({ key: keyAt(shape, hit.position) }));
  out.joined(3, [cursorHead, hit.position]);
}

function writeFull(
  out: MessageWriter,
  codec: EntityCodec,
  stored: StoredEntity,
  mask: PropertyMask | null | undefined,
) {
  const { data, version, created } = stored;
  out.bytes(1, mask ? codec.encode(masked(codec.decode(data), mask)) : data);
  out.integer(4, version).timestamp(5, version).timestamp(6, created);
}
