import { describe, expect, test } from 'vitest';
import {
  exifBlock,
  EXIF_PREFIX,
  indexBehind,
  jpegWith,
  pngWith,
  rawProfile,
  segment,
  textChunks,
  XMP_PREFIX,
  xmpPacket,
} from '../support/file-parts.ts';
import { picture } from '../support/picture.ts';
import { pngChunk } from '../support/png.ts';
import { uploadChunked } from '../support/chunked-upload.ts';
import { problemOf } from '../support/replies.ts';
import { hasReportedFiles, reportedFile, whyNoReportedFiles } from '../support/reported-files.ts';
import { startWorld } from '../support/world.ts';
import { sendDirect } from '../uploads/phone.ts';

const world = await startWorld();

interface Told {
  width: number;
  height: number;
  takenAt: { local: string; offset: string | null; source: string };
  camera: { make: string | null; model: string | null };
}

/** What a photo says of itself when it has come by form, and when it has come by session. */
async function toldBy(bytes: Buffer, type: string): Promise<Told[]> {
  const [ana, ben] = [await world.user(), await world.user()];
  const form = await ana.upload(bytes, { fileName: 'DSC_0665' }).expect(201);
  const upload = await sendDirect(ben, bytes, {}, { type });
  const { body } = await ben
    .post('/v1/photos/batch')
    .send({ items: [{ upload }] })
    .expect(200);
  expect(body.results).toMatchObject([{ status: 'created' }]);
  return [form.body.photo, body.results[0].photo] as Told[];
}

const SUMMER = { takenAt: { local: '2019-07-01T10:00:00', source: 'exif' }, width: 96, height: 64 };
const WINTER = { takenAt: { local: '1988-12-01T18:53:44', source: 'xmp' }, width: 96, height: 64 };

describe.skipIf(!hasReportedFiles)(
  `a reported file keeps its metadata by form and by session${whyNoReportedFiles}`,
  () => {
    test.each<[string, string, object]>([
      [
        'heic-mdat-first.heic',
        'image/heic',
        {
          takenAt: { local: '2024-01-12T21:38:53', offset: '-05:00', source: 'exif' },
          camera: { model: 'Test phone' },
          width: 128,
          height: 128,
        },
      ],
      ['xmp-junk-behind.jpg', 'image/jpeg', WINTER],
      ['xmp-80k.png', 'image/png', { takenAt: { local: '2019-07-01T10:00:00', source: 'xmp' } }],
      ['exif-100k-ifd-behind.png', 'image/png', { ...SUMMER, width: 64, height: 96 }],
      ['exif-twice-first-broken.jpg', 'image/jpeg', SUMMER],
      ['png-rawprofile-xmp.png', 'image/png', WINTER],
    ])('%s', async (name, type, truth) => {
      expect(await toldBy(reportedFile(name), type)).toMatchObject([truth, truth]);
    });
  },
);

const SIZE = { width: 96, height: 64 };
const PACKET = xmpPacket('xmp:CreateDate="1988-12-01T18:53:44"');
const LONG_PACKET = xmpPacket(
  '',
  `<x:y>${' '.repeat(80_000)}</x:y><xmp:CreateDate>1988-12-01T18:53:44</xmp:CreateDate>`,
);

const png = () => picture({ ...SIZE, format: 'png' });
const jpeg = () => picture(SIZE);

describe('metadata is kept by form and by session', () => {
  test.each<[string, string, object, () => Promise<Buffer>]>([
    [
      'of an AVIF whose index stands behind its pixels',
      'image/avif',
      SUMMER,
      async () => indexBehind(await picture({ ...SIZE, format: 'avif', takenAt: '2019-07-01T10:00:00' })),
    ],
    [
      'in XMP with remains of an older packet behind its root',
      'image/jpeg',
      WINTER,
      async () => jpegWith(await jpeg(), segment(0xe1, XMP_PREFIX, `${PACKET}li>\n</rdf:Bag><?xpacket end="r"?>\0\0`)),
    ],
    [
      'in XMP of 80 KB',
      'image/png',
      WINTER,
      async () => pngWith(await png(), textChunks.iTXt('XML:com.adobe.xmp', LONG_PACKET)),
    ],
    [
      'in EXIF whose directories stand behind 90 KB',
      'image/png',
      SUMMER,
      async () => pngWith(await png(), pngChunk('eXIf', exifBlock({ padding: 90_000 }))),
    ],
    [
      'in a second EXIF segment behind a broken one',
      'image/jpeg',
      SUMMER,
      async () =>
        jpegWith(await jpeg(), segment(0xe1, EXIF_PREFIX, 'garbage garbage'), segment(0xe1, EXIF_PREFIX, exifBlock())),
    ],
    [
      'in XMP that a PNG keeps as a raw profile',
      'image/png',
      WINTER,
      async () => pngWith(await png(), textChunks.tEXt('Raw profile type xmp', rawProfile('xmp', Buffer.from(PACKET)))),
    ],
  ])('%s', async (_, type, truth, make) => {
    expect(await toldBy(await make(), type)).toMatchObject([truth, truth]);
  });
});

describe('an AVIF whose index stands behind its pixels', async () => {
  const bytes = indexBehind(await picture({ ...SIZE, format: 'avif', takenAt: '2019-07-01T10:00:00' }));

  test('an AVIF with its index behind its pixels is read again from the bucket where memory had no room', async () => {
    const { status, body } = await uploadChunked(world.url, await world.user(), bytes);
    expect({ status, body }).toMatchObject({ status: 201, body: { photo: SUMMER } });
  });

  test('a cut AVIF with its index behind its pixels is refused, and nothing of it stays', async () => {
    const ana = await world.user();
    await world.drain();
    const before = await world.objects();
    for (const length of [bytes.length - 1, bytes.length / 2]) {
      const cut = bytes.subarray(0, length);
      expect(problemOf(await ana.upload(cut).expect(422)).code).toBe('damaged-image');
      const upload = await sendDirect(ana, cut, {}, { type: 'image/avif' });
      const { body } = await ana.post('/v1/photos/batch').send({ items: [{ upload }] });
      expect(body.results).toMatchObject([{ status: 'failed', problem: { code: 'damaged-image' } }]);
    }
    await world.drain();
    expect(await world.objects()).toEqual(before);
  });
});
