import { describe, expect, test } from 'vitest';
import { picture, type PictureOptions } from '../support/picture.ts';
import { factsOf, factsOfNew } from './facts-of.ts';

describe('the time of capture', () => {
  const EXIF = { DateTimeOriginal: '2011:01:01 01:00:00', DateTimeDigitized: '2012:01:01 01:00:00' };
  const xmp = (attributes: string) =>
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" ' +
    `xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ${attributes}/></rdf:RDF></x:xmpmeta>`;
  const gpsTime = { GPSDateStamp: '2016:01:01', GPSTimeStamp: '1/1 2/1 3/1' };

  test.each<[string, PictureOptions, string, string]>([
    ['DateTimeOriginal', { exif: { IFD2: EXIF } }, '2011-01-01T01:00:00', 'exif'],
    [
      'CreateDate when that is blank',
      { exif: { IFD2: { ...EXIF, DateTimeOriginal: '    :  :     :  :  ' } } },
      '2012-01-01T01:00:00',
      'exif',
    ],
    ['XMP', { xmp: xmp('xmp:CreateDate="2013-01-01T01:00:00.5"') }, '2013-01-01T01:00:00.5', 'xmp'],
    ['a year in XMP', { xmp: xmp('photoshop:DateCreated="1987"') }, '1987-01-01T00:00:00', 'xmp'],
    ['GPS in UTC', { exif: { IFD3: gpsTime } }, '2016-01-01T01:02:03', 'gps'],
    [
      'the name of the file',
      { exif: { IFD0: { DateTime: '2018:01:01 01:00:00' } } },
      '2017-01-01T01:00:00',
      'file-name',
    ],
  ])('the capture time is that of %s', async (_, options, local, source) => {
    expect((await factsOfNew(options, 'IMG_20170101_010000.jpg')).takenAt).toMatchObject({ local, source });
  });

  test.each([
    ['010203+0200', '2014-01-01T01:02:03', '+02:00'],
    ['010203+0000', '2014-01-01T01:02:03', null],
    ['010203', '2014-01-01T01:02:03', null],
    ['', '2014-01-01T00:00:00', null, 'day'],
    ['', '2014-07-01T00:00:00', null, 'month', '20140700'],
    ['', '2014-01-01T00:00:00', null, 'year', '20140000'],
  ])(
    'the capture time is that of IPTC, before the name of the file: %s %s',
    async (time, local, offset, precision = 'second', date = '20140101') => {
      const record = (number: number, text: string) =>
        Buffer.concat([Buffer.of(0x1c, 2, number, 0, text.length), Buffer.from(text)]);
      const told = Buffer.concat([record(55, date), ...(time ? [record(60, time)] : [])]);
      const records = Buffer.concat([told, Buffer.alloc(told.length % 2)]);
      // Photoshop's image resource 0x0404 without a name holds the records (IPTC-IIM 4.2, 1.5).
      const resource = Buffer.concat([
        Buffer.from('8BIM\x04\x04\0\0\0\0\0', 'latin1'),
        Buffer.of(records.length),
        records,
      ]);
      const body = Buffer.concat([Buffer.from('Photoshop 3.0\0', 'latin1'), resource]);
      const segment = Buffer.concat([Buffer.of(0xff, 0xed, 0, body.length + 2), body]);
      const bytes = await picture({ width: 16, height: 16 });
      const file = Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]);
      const { takenAt } = await factsOf(file, 'IMG_20170101_010000.jpg');
      expect(takenAt).toMatchObject({ local, offset, source: 'iptc', precision });
    },
  );

  test('the capture time is that of the last change when nothing else is known, and of the upload at last', async () => {
    const modified = await factsOfNew({ exif: { IFD0: { DateTime: '2018:01:01 01:00:00' } } }, 'DSC_0665.jpg');
    expect(modified.takenAt).toEqual({
      local: '2018-01-01T01:00:00',
      offset: null,
      utc: null,
      source: 'modified',
      precision: 'second',
    });
    const instant = { local: '2026-11-20T18:00:00.000', offset: '+00:00', utc: '2026-11-20T18:00:00.000Z' };
    expect((await factsOfNew({})).takenAt).toEqual({
      ...instant,
      source: 'upload',
      precision: 'second',
      instant: true,
    });
  });

  test.each([
    '0000:00:00 00:00:00',
    '2099:01:01 00:00:00',
    '2019:07',
    '1970:01:01 00:00:00',
    '2023:02:30 25:61:61',
    ' ',
    'ÄÖ',
    '1858:11:17 00:00:00',
  ])('%j counts as absent', async (text) => {
    const { takenAt } = await factsOfNew({ exif: { IFD2: { DateTimeOriginal: text } } });
    expect(takenAt.source).toBe('upload');
  });

  test('the capture time stays floating when only the time of the last change has an offset', async () => {
    const { takenAt } = await factsOfNew({ exif: { IFD2: { ...EXIF, OffsetTime: '+02:00' } } });
    expect(takenAt).toMatchObject({ offset: null, utc: null });
  });

  test.each([
    ['Mon, 1 Jul 2019 10:00:00 +0200', '2019-07-01T10:00:00', '+02:00'],
    ['1 Jul 2019 10:00:00 GMT', '2019-07-01T10:00:00', '+00:00'],
    ['2019-07-01T10:00:00Z', '2019-07-01T10:00:00', '+00:00'],
    ['2019:07:01 10:00:00', '2019-07-01T10:00:00', null],
  ])('the capture time is found in the text of a PNG: %s', async (text, local, offset) => {
    const bytes = await picture({ format: 'png', width: 16, height: 16 });
    const body = Buffer.from(`tEXtCreation Time\0${text}`);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length - 4);
    const chunk = Buffer.concat([length, body, Buffer.alloc(4)]);
    const { takenAt } = await factsOf(Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]));
    expect(takenAt).toMatchObject({ local, offset, source: 'container' });
  });
});
