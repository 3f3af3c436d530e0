import type { Timestamp, Value } from '../../datastore/protocol.ts';
import { bytesInWords, cut, instantOf } from '../words.ts';
import { keyWords } from './entity-key.ts';

/** The types of values as a person reads them. */
export const TYPE_WORDS: Record<Value['valueType'], string> = {
  nullValue: 'null',
  booleanValue: 'yes or no',
  integerValue: 'integer',
  doubleValue: 'number',
  timestampValue: 'time',
  keyValue: 'key',
  stringValue: 'text',
  blobValue: 'bytes',
  geoPointValue: 'point',
  entityValue: 'entity',
  arrayValue: 'list',
};

/** A value in one line of at most `length` characters. */
export function valueInWords(value: Value, length: number): string {
  switch (value.valueType) {
    case 'nullValue':
      return 'null';
    case 'booleanValue':
      return String(value.booleanValue);
    case 'integerValue':
      return value.integerValue;
    case 'doubleValue':
      return String(value.doubleValue);
    case 'timestampValue':
      return timestampText(value.timestampValue);
    case 'keyValue':
      return cut(keyWords(value.keyValue), length);
    case 'stringValue':
      return value.stringValue === '' ? '""' : cut(value.stringValue, length);
    case 'blobValue':
      return bytesInWords(value.blobValue.length);
    case 'geoPointValue':
      return `${value.geoPointValue.latitude ?? 0}, ${value.geoPointValue.longitude ?? 0}`;
    case 'entityValue':
      return `{${Object.keys(value.entityValue.properties ?? {}).join(', ')}}`.slice(0, length);
    case 'arrayValue':
      break;
  }
  const { values = [] } = value.arrayValue;
  const shown = values.slice(0, 10).map((element) => valueInWords(element, length));
  return cut(`[${shown.join(', ')}${values.length > 10 ? ', …' : ''}]`, length);
}

/** RFC 3339 with microseconds, which is what Datastore keeps. */
export function timestampText({ seconds = 0, nanos = 0 }: Timestamp): string {
  const iso = instantOf(Number(seconds) * 1000);
  return iso ? iso.replace('.000Z', `.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`) : `${seconds} s`;
}
