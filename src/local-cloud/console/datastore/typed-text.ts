import type { Value } from '../../datastore/protocol.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { readKey } from './entity-key.ts';

/** The values for which a typed text may stand: always a text, and also a number, a time, a key, yes or no, or null. */
export function valuesFor(text: string, partition: Partition): Value[] {
  const values: Value[] = [{ valueType: 'stringValue', stringValue: text }];
  if (/^-?\d{1,18}$/.test(text)) values.push({ valueType: 'integerValue', integerValue: String(BigInt(text)) });
  else if (/^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(text)) {
    values.push({ valueType: 'doubleValue', doubleValue: Number(text) });
  }
  if (text === 'true' || text === 'false') {
    values.push({ valueType: 'booleanValue', booleanValue: text === 'true' });
  }
  if (text === 'null') values.push({ valueType: 'nullValue', nullValue: 'NULL_VALUE' });
  const instant = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(instant)) {
    const seconds = Math.floor(instant / 1000);
    const nanos = (instant - seconds * 1000) * 1e6;
    values.push({ valueType: 'timestampValue', timestampValue: { seconds: String(seconds), nanos } });
  }
  if (text.startsWith('[')) values.push({ valueType: 'keyValue', keyValue: readKey(text, partition) });
  return values;
}
