import type { Entity, Value } from '../../datastore/protocol.ts';
import { keyWords } from './entity-key.ts';
import { jsonIn } from './json-in.ts';
import { timestampText } from './value-words.ts';

/** A value as JSON without its types, for reading. JSON texts in it become what they hold. */
export function plainValue(value: Value): unknown {
  switch (value.valueType) {
    case 'nullValue':
      return null;
    case 'booleanValue':
      return value.booleanValue;
    case 'integerValue': {
      const number = Number(value.integerValue);
      return Number.isSafeInteger(number) ? number : value.integerValue;
    }
    case 'doubleValue':
      return value.doubleValue;
    case 'timestampValue':
      return timestampText(value.timestampValue);
    case 'keyValue':
      return keyWords(value.keyValue);
    case 'stringValue':
      return jsonIn(value.stringValue) ?? value.stringValue;
    case 'blobValue':
      return Buffer.from(value.blobValue).toString('base64');
    case 'geoPointValue':
      return value.geoPointValue;
    case 'entityValue':
      return plainEntity(value.entityValue);
    case 'arrayValue':
      break;
  }
  return (value.arrayValue.values ?? []).map(plainValue);
}

const plainEntity = ({ properties = {} }: Entity) =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, plainValue(value)]));
