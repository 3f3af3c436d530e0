import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { gainMapIn } from '../../src/pictures/hdr/gain-map.ts';
import {
  ISO_PREFIX,
  readIso,
  readGainMapXmp,
  writeIso,
  writeXmp,
  XMP_PREFIX,
  type GainMapMetadata,
} from '../../src/pictures/hdr/gain-map-metadata.ts';
import { ultraHdr } from '../support/ultra-hdr.ts';

const number = (min: number, max: number) =>
  fc.integer({ min: min * 1e6, max: max * 1e6 }).map((millionths) => millionths / 1e6);
const channels = (min: number, max: number) =>
  fc.oneof(fc.tuple(number(min, max)), fc.tuple(...[0, 1, 2].map(() => number(min, max))));
const metadata = fc.record({
  min: channels(-8, 8),
  max: channels(-8, 8),
  gamma: channels(0.01, 8),
  baseOffset: channels(-1, 1),
  alternateOffset: channels(-1, 1),
  baseHeadroom: number(0, 4),
  alternateHeadroom: number(0, 4),
});

const all = ({ baseHeadroom, alternateHeadroom, ...fields }: GainMapMetadata) => [
  ...Object.values(fields).map((values) => [0, 1, 2].map((at) => values[at] ?? values[0])),
  baseHeadroom,
  alternateHeadroom,
];

test('a written gain map reads back the same in both forms', () => {
  fc.assert(
    fc.property(metadata, (told: GainMapMetadata) => {
      const [iso, xmp] = [writeIso(told), writeXmp(told)];
      expect(all(readIso(iso.subarray(ISO_PREFIX.length)) as GainMapMetadata)).toEqual(all(told));
      expect(all(readGainMapXmp(xmp.toString('utf8', XMP_PREFIX.length)) as GainMapMetadata)).toEqual(all(told));
    }),
    { numRuns: 100 },
  );
});

test('a map for a base picture of high dynamic range, or without its numbers, is none', () => {
  const xmp = (attributes: string) =>
    `<rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" ${attributes}/>`;
  const sound = 'hdrgm:GainMapMax="2" hdrgm:HDRCapacityMax="2"';
  expect(readGainMapXmp(xmp(sound))).toMatchObject({ max: [2], gamma: [1], baseOffset: [1 / 64] });
  for (const unsound of [
    `${sound} hdrgm:BaseRenditionIsHDR="True"`,
    'hdrgm:GainMapMax="2"',
    `${sound} hdrgm:Gamma="0"`,
  ]) {
    expect(readGainMapXmp(xmp(unsound))).toBeUndefined();
  }
});

test('a file that is cut or changed anywhere never makes the search for a map throw', async () => {
  const file = await ultraHdr({ width: 64, height: 64 });
  fc.assert(
    fc.property(fc.nat(file.length), fc.nat(1200), fc.integer({ min: 0, max: 255 }), (cut, at, value) => {
      const changed = Buffer.from(file.subarray(0, cut));
      if (at < changed.length) changed[at] = value;
      expect(() => gainMapIn(changed)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});
