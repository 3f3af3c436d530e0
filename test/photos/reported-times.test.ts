import { describe, expect, test } from 'vitest';
import { reportedFile, hasReportedFiles, whyNoReportedFiles } from '../support/reported-files.ts';
import { START, startWorld } from '../support/world.ts';

const world = await startWorld();
const ana = await world.user();

const taken = async (bytes: Buffer, fileName = 'photo.jpg') =>
  (await ana.upload(bytes, { fileName, query: '?duplicates=allow' }).expect(201)).body.photo;

/** Reports show a time without its fraction where they have nothing to say of one. */
const floating = (local: string, precision = 'second') => ({ local, offset: null, utc: null, precision });

const NAMES: [name: string, takenAt: object][] = [
  ['Screenshot 2023-01-05 at 10.15.30 PM.png', floating('2023-01-05T22:15:30')],
  ['Screenshot 2023-01-05 at 10.15.30\u202fPM.png', floating('2023-01-05T22:15:30')],
  ['Screenshot 2023-01-05 at 12.05.30 AM.png', floating('2023-01-05T00:05:30')],
  ['Screen Shot 2020-09-04 at 9.12.10 PM.png', floating('2020-09-04T21:12:10')],
  ['Bildschirmfoto 2023-01-05 um 10.15.30.png', floating('2023-01-05T10:15:30')],
  ['00000IMG_00000_BURST20180901101751159_COVER.jpg', floating('2018-09-01T10:17:51.159')],
  ['微信图片_20220526164630.jpg', floating('2022-05-26T16:46:30')],
  ['CameraZOOM-20130818104217542.jpg', floating('2013-08-18T10:42:17.542')],
  ['IMG_20201225_15284769.jpg', floating('2020-12-25T15:28:47.69')],
  ['mmexport1549876543210.jpg', { local: '2019-02-11T09:15:43.210', offset: '+00:00' }],
  ['IMG_20190701_240819.jpg', floating('2019-07-01T00:08:19')],
  ['Reservation_2019-07-01_2019-07-05.jpg', floating('2019-07-01T00:00:00', 'day')],
];

describe.skipIf(!hasReportedFiles)(`reported files${whyNoReportedFiles}`, () => {
  test.each([
    ['date-hour24.jpg', { ...floating('2015-08-22T00:08:19'), source: 'exif' }],
    ['date-space-padded.jpg', { ...floating('2019-07-01T09:05:03'), source: 'exif' }],
    ['date-pm.jpg', { ...floating('2019-07-01T14:00:00'), source: 'exif' }],
    ['date-hour-only-offset.jpg', { local: '2019-07-01T10:00:00', offset: '+02:00', source: 'exif' }],
    ['date-gmt-word.jpg', { local: '2024-04-22T14:38:09', offset: '+02:00', source: 'modified' }],
    ['date-1970.jpg', { local: new Date(START).toISOString().slice(0, -1), source: 'upload' }],
    ['xmp-year.jpg', { ...floating('1987-01-01T00:00:00', 'year'), source: 'xmp' }],
  ])('%s tells its time', async (name, takenAt) => {
    expect((await taken(reportedFile(name))).takenAt).toMatchObject(takenAt);
  });

  test('gps-0-0.jpg tells no place', async () => {
    expect((await taken(reportedFile('gps-0-0.jpg'))).location).toBeNull();
  });

  test.each(NAMES)('the name %s tells its time', async (name, takenAt) => {
    const photo = await taken(reportedFile('plain.jpg'), name);
    expect(photo.takenAt).toMatchObject({ ...takenAt, source: 'file-name' });
  });

  test('every reported name is among these', () => {
    const { names } = JSON.parse(reportedFile('cases.json').toString()) as { names: { name: string }[] };
    expect(names.map(({ name }) => name)).toEqual(NAMES.map(([name]) => name));
  });
});
