import { describe, expect, test } from 'vitest';
import {
  exifBlock,
  EXIF_PREFIX,
  extendedXmp,
  gifWith,
  iptcRecords,
  iptcResource,
  jpegWith,
  PHOTOSHOP_PREFIX,
  pngWith,
  rawProfile,
  segment,
  textChunks,
  webpWith,
  XMP_PREFIX,
  xmpPacket,
} from '../support/file-parts.ts';
import { picture } from '../support/picture.ts';
import { pngChunk } from '../support/png.ts';
import { factsOf } from './facts-of.ts';

const DATE = '1988-12-01T18:53:44';
const PACKET = xmpPacket(`xmp:CreateDate="${DATE}"`);
const XMP = { local: DATE, source: 'xmp' };
const EXIF = { local: '2019-07-01T10:00:00', source: 'exif' };
const IPTC = { local: '2014-01-01T01:02:03', source: 'iptc' };

const jpeg = await picture({ width: 16, height: 16 });
const png = await picture({ width: 16, height: 16, format: 'png' });
const webp = await picture({ width: 16, height: 16, format: 'webp', icc: 'p3' });
const gif = await picture({ width: 16, height: 16, format: 'gif' });

const takenAtOf = async (bytes: Buffer) => (await factsOf(bytes, 'IMG_20170101_010000.jpg')).takenAt;

const xmpIn = (packet: Buffer | string) => jpegWith(jpeg, segment(0xe1, XMP_PREFIX, packet));

describe('XMP is read', () => {
  const element = (inside: string) => xmpPacket('', `<xmp:CreateDate>${inside}</xmp:CreateDate>`);

  test.each([
    ['in an attribute', PACKET],
    ['in single quotes', xmpPacket(`xmp:CreateDate = '${DATE}'`)],
    ['in an element', element(DATE)],
    ['in a list', element(`<rdf:Seq>\n <rdf:li>${DATE}</rdf:li><rdf:li>2001-01-01</rdf:li></rdf:Seq>`)],
    ['with a qualifier', element(`<rdf:Description><rdf:value>${DATE}</rdf:value></rdf:Description>`)],
    ['in CDATA', element(`<![CDATA[${DATE}]]>`)],
    ['with characters as numbers', element(DATE.replace('1988', '&#49;9&#x38;8'))],
    ['behind a comment with tags', element(`<!-- <a> -->${DATE}`)],
    [
      'in the second description',
      PACKET.replace('<rdf:Desc', '<rdf:Description rdf:about="">a</rdf:Description><rdf:Desc'),
    ],
    ['before zeros', `${PACKET}\0\0\0\0`],
    ['before another end of a packet', `${PACKET}li></rdf:Bag><?xpacket end="r"?>`],
    ['without a wrapper', PACKET.slice(PACKET.indexOf('<rdf:RDF'), PACKET.indexOf('</x:xmpmeta>'))],
    ['behind zeros', `\0\0${PACKET}`],
    ['whose end is missing', PACKET.slice(0, PACKET.indexOf('</rdf:RDF>'))],
    ['with a namespace that it does not declare', PACKET.replace('rdf:about=""', 'rdf:about="" aux:Lens="x"')],
  ])('%s', async (_, packet) => {
    expect(await takenAtOf(xmpIn(packet))).toMatchObject(XMP);
  });

  test.each([
    ['little-endian UTF-16', false, ''],
    ['little-endian UTF-16 with a mark', false, '\ufeff'],
    ['big-endian UTF-16', true, ''],
    ['big-endian UTF-16 with a mark', true, '\ufeff'],
  ])('in %s', async (_, bigEndian, mark) => {
    const bytes = Buffer.from(mark + PACKET, 'utf16le');
    expect(await takenAtOf(xmpIn(bigEndian ? bytes.swap16() : bytes))).toMatchObject(XMP);
  });

  test('in Latin-1, as some old programs write it', async () => {
    const packet = Buffer.from(xmpPacket('tiff:Make="Caf\xe9"'), 'latin1');
    expect((await factsOf(xmpIn(packet))).camera.make).toBe('Café');
  });

  test('but not what stands inside of another property', async () => {
    const inner = `<rdf:Description xmp:CreateDate="${DATE}"><xmp:ModifyDate>${DATE}</xmp:ModifyDate></rdf:Description>`;
    const packet = xmpPacket(
      '',
      `<xmpMM:DerivedFrom>${inner}</xmpMM:DerivedFrom><xmp:CreateDate>${inner}</xmp:CreateDate>`,
    );
    expect((await takenAtOf(xmpIn(packet))).source).toBe('file-name');
  });

  test('but no entity of its own', async () => {
    const entity = `<!DOCTYPE x [<!ENTITY make "${'x'.repeat(100)}">]>`;
    const packet = entity + xmpPacket('', '<tiff:Make>A&make;&amp;B</tiff:Make>');
    expect((await factsOf(xmpIn(packet))).camera.make).toBe('A&make;&B');
  });

  test.each([
    ['a PNG', () => pngWith(png, textChunks.iTXt('XML:com.adobe.xmp', PACKET))],
    ['a WebP', () => webpWith(webp, 'XMP ', PACKET)],
    ['a WebP by the name that some writers give it', () => webpWith(webp, 'XMP\0', PACKET)],
    ['a GIF', () => gifWith(gif, PACKET)],
    ['an extension of a JPEG', () => jpegWith(jpeg, ...extendedXmp(xmpPacket('xmp:Rating="1"'), PACKET, 300))],
    ['a second segment', () => jpegWith(jpeg, ...['x', PACKET].map((packet) => segment(0xe1, XMP_PREFIX, packet)))],
  ])('XMP of %s is read', async (_, make) => {
    expect(await takenAtOf(make())).toMatchObject(XMP);
  });

  test('XMP of an AVIF is read', async () => {
    expect(await takenAtOf(await picture({ width: 16, height: 16, format: 'avif', xmp: PACKET }))).toMatchObject(XMP);
  });

  test('XMP of an extension is read only when all of it is there', async () => {
    const [main = Buffer.alloc(0), ...parts] = extendedXmp(xmpPacket('xmp:Rating="1"'), PACKET, 300);
    expect((await takenAtOf(jpegWith(jpeg, main, ...parts.toReversed()))).source).toBe('xmp');
    expect((await takenAtOf(jpegWith(jpeg, main, ...parts.slice(1)))).source).toBe('file-name');
  });
});

describe('a raw profile of a PNG is read', () => {
  const profiles: [string, Buffer, object][] = [
    ['xmp', Buffer.from(PACKET), XMP],
    ['APP1', Buffer.concat([Buffer.from(XMP_PREFIX, 'latin1'), Buffer.from(PACKET)]), XMP],
    ['APP1', Buffer.concat([Buffer.from(EXIF_PREFIX, 'latin1'), exifBlock()]), EXIF],
    ['exif', Buffer.concat([Buffer.from(EXIF_PREFIX, 'latin1'), exifBlock()]), EXIF],
    ['exif', exifBlock({ padding: 600_000 }), EXIF],
    ['iptc', iptcResource('20140101', '010203'), IPTC],
    ['iptc', iptcRecords('20140101', '010203'), IPTC],
    ['8bim', iptcResource('20140101', '010203'), IPTC],
  ];

  describe.each(['tEXt', 'zTXt', 'iTXt'] as const)('in %s', (kind) => {
    test.each(profiles)('%s', async (name, bytes, truth) => {
      const large = kind === 'tEXt' && bytes.length > 500_000;
      const file = pngWith(png, textChunks[kind](`Raw profile type ${name}`, rawProfile(name, bytes)));
      // As it is, a text of more than a mebibyte is passed by like any block.
      expect(await takenAtOf(file)).toMatchObject(large ? { source: 'file-name' } : truth);
    });
  });
});

test('some two mebibytes of the texts in a PNG are unpacked', async () => {
  const padded = textChunks.zTXt('Raw profile type xmp', rawProfile('xmp', Buffer.alloc(900_000, ' ')));
  const good = textChunks.zTXt('Raw profile type xmp', rawProfile('xmp', Buffer.from(PACKET)));
  expect((await takenAtOf(pngWith(png, padded, good))).source).toBe('xmp');
  expect((await takenAtOf(pngWith(png, ...Array.from({ length: 12 }, () => padded), good))).source).toBe('file-name');
});

describe('of several blocks', () => {
  const NOTHING = '      ';
  const exif = (content: Buffer | string) => segment(0xe1, EXIF_PREFIX, content);

  test.each([
    ['garbage', 'garbage garbage'],
    ['a head alone', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
    ['directories that lie elsewhere', Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1')],
    ['zeros for a time', exifBlock({ make: NOTHING, takenAt: '0000:00:00 00:00:00' })],
    ['blanks for a time', exifBlock({ make: NOTHING, takenAt: '    :  :     :  :  ' })],
  ])('a first EXIF of %s does not hide a good second one', async (_, first) => {
    const { takenAt, camera } = await factsOf(jpegWith(jpeg, exif(first), exif(exifBlock())));
    expect({ takenAt, make: camera.make }).toMatchObject({ takenAt: EXIF, make: 'Leica' });
  });

  test('the first good value counts, and each block adds what the others lack', async () => {
    const [first, second] = [exifBlock({ make: NOTHING }), exifBlock({ takenAt: '2001:01:01 00:00:00' })];
    const { takenAt, camera } = await factsOf(jpegWith(jpeg, exif(first), exif(second)));
    expect({ takenAt, make: camera.make }).toMatchObject({ takenAt: EXIF, make: 'Leica' });
  });

  test('EXIF that is too long for one segment is read from two', async () => {
    const block = exifBlock({ padding: 90_000 });
    const parts = [block.subarray(0, 65_000), block.subarray(65_000)];
    expect(await takenAtOf(jpegWith(jpeg, ...parts.map(exif)))).toMatchObject(EXIF);
  });

  test('IPTC that is too long for one segment is read from two', async () => {
    const other = Buffer.alloc(12 + 70_000);
    other.write('8BIM\x04\x0c', 'latin1');
    other.writeUInt32BE(70_000, 8);
    const block = Buffer.concat([other, iptcResource('20140101', '010203')]);
    const parts = [block.subarray(0, 65_000), block.subarray(65_000)];
    const segments = parts.map((part) => segment(0xed, PHOTOSHOP_PREFIX, part));
    expect(await takenAtOf(jpegWith(jpeg, ...segments))).toMatchObject(IPTC);
  });

  test('four are read at the most', async () => {
    const blocks = (broken: number) => [
      ...Array.from({ length: broken }, () => exifBlock({ takenAt: NOTHING })),
      exifBlock(),
    ];
    expect((await takenAtOf(jpegWith(jpeg, ...blocks(3).map(exif)))).source).toBe('exif');
    expect((await takenAtOf(jpegWith(jpeg, ...blocks(4).map(exif)))).source).toBe('file-name');
  });

  test('those that are too large together are passed by, and the picture is taken', async () => {
    const big = pngChunk('eXIf', exifBlock({ padding: 900_000, takenAt: NOTHING }));
    const facts = await factsOf(pngWith(png, big, big, pngChunk('eXIf', exifBlock({ padding: 900_000 }))));
    expect(facts).toMatchObject({ width: 16, camera: { make: 'Leica' }, takenAt: { source: 'upload' } });
  });
});

describe('hostile XMP of a mebibyte is read in time linear in its length', () => {
  const times = (piece: string) => piece.repeat(1_000_000 / piece.length);

  test.each([
    ['elements', times('<a:b/>')],
    ['properties', times('<a:b>c</a:b>')],
    ['depth', times('<tiff:Make>')],
    ['lists', `<tiff:Make><rdf:Bag>${times('<rdf:li>a</rdf:li>')}</rdf:Bag></tiff:Make>`],
    ['end tags', times('</a>')],
    ['open comments', times('<!--')],
    ['open quotes', times('<a "')],
    ['open tags', times('<')],
    ['a name', `<a ${times('a')}/>`],
    ['blanks', `</rdf:Description><a ${times(' ')}/>`],
    ['attributes', `</rdf:Description><a ${times('a="1" ')}/>`],
    ['numbers', `<tiff:Make>${times('&#65;')}</tiff:Make>`],
    ['namespaces', times('<a:b xmlns:a="urn:x">')],
  ])('%s', async (_, inside) => {
    const packet = xmpPacket(`xmp:CreateDate="${DATE}"`, inside);
    const file = webpWith(webp, 'XMP ', packet);
    const before = process.cpuUsage();
    expect(await takenAtOf(file)).toMatchObject(XMP);
    const { user, system } = process.cpuUsage(before);
    // It takes some ten milliseconds; a second leaves room for the slowest machine, and is far below quadratic.
    expect((user + system) / 1000).toBeLessThan(1000);
  });
});
