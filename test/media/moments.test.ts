import { describe, expect, test } from 'vitest';
import { momentOfFileName } from '../../src/media/file-name-time.ts';
import { parseMoment } from '../../src/media/wall-clock.ts';

const floating = (local: string) => ({ local, offset: null, utc: null });

describe('a moment in metadata', () => {
  test.each([
    ['2019:07:01 10:00:00', '2019-07-01T10:00:00'],
    ['2019-07-01T10:00:00.120', '2019-07-01T10:00:00.120'],
    ['2019-07-01T10:00', '2019-07-01T10:00:00'],
    ['2019:07:01', '2019-07-01T00:00:00'],
    ['2020:02:29 23:59:59\n', '2020-02-29T23:59:59'],
    ['1601:06:06 16:39:33', '1601-06-06T16:39:33'],
  ])('%j is read as the floating time %s', (text, local) => {
    expect(parseMoment(text)).toEqual(floating(local));
  });

  test.each([
    ['2019-07-01T10:00:00+02:00', '+02:00', '2019-07-01T08:00:00Z'],
    ['2019-07-01T10:00:00Z', '+00:00', '2019-07-01T10:00:00Z'],
    ['2019:07:01 10:00:00-0930', '-09:30', '2019-07-01T19:30:00Z'],
    ['2019-12-31T20:00:00.5-05:00', '-05:00', '2020-01-01T01:00:00.5Z'],
  ])('%s keeps its offset %s and is the instant %s', (text, offset, utc) => {
    expect(parseMoment(text)).toMatchObject({ offset, utc });
  });

  test('a fraction and an offset from tags of their own are put together with it', () => {
    expect(parseMoment('2019:07:01 10:00:00', { fraction: '12', offset: '+05:45' })).toEqual({
      local: '2019-07-01T10:00:00.12',
      offset: '+05:45',
      utc: '2019-07-01T04:15:00.12Z',
    });
  });

  test.each(['', '   :  :     :  :  ', '+99:00', '+2', '-00:00', 'local', '12:00'])(
    'the offset %j is none: the time stays floating',
    (offset) => {
      expect(parseMoment('2019:07:01 10:00:00', { offset })).toEqual(floating('2019-07-01T10:00:00'));
    },
  );

  test.each([
    '',
    '    :  :     :  :  ',
    '0000:00:00 00:00:00',
    '0001-01-01T00:00:00',
    '2019:07',
    '2019:13:01 10:00:00',
    '2023:02:30 10:00:00',
    '2019:07:01 25:00:00',
    '2019:07:01 10:61:00',
    '1858:11:17 00:00:00',
    '1904:01:01 00:00:00',
    'yesterday',
    '2019:07:01 10:00:00 <script>',
  ])('%j is none', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });
});

describe('a moment in a file name', () => {
  test.each([
    ['IMG_20190701_100000.jpg', '2019-07-01T10:00:00'],
    ['IMG_20190701_100000_1.jpg', '2019-07-01T10:00:00'],
    ['IMG_20190701_100000123.jpg', '2019-07-01T10:00:00.123'],
    ['20190701_100000.jpg', '2019-07-01T10:00:00'],
    ['IMG20190701100000.jpg', '2019-07-01T10:00:00'],
    ['IMG-20190701-WA0001.jpg', '2019-07-01T00:00:00'],
    ['WhatsApp Image 2019-07-01 at 10.00.00.jpeg', '2019-07-01T10:00:00'],
    ['Screenshot_20190701-100000.png', '2019-07-01T10:00:00'],
    ['Screenshot_20190701-100000_Chrome.jpg', '2019-07-01T10:00:00'],
    ['Screenshot_2019-07-01-10-00-00-123_com.example.png', '2019-07-01T10:00:00.123'],
    ['Screenshot 2019-07-01 at 10.00.00.png', '2019-07-01T10:00:00'],
    ['Screen Shot 2019-07-01 at 10.00.00 (2).png', '2019-07-01T10:00:00'],
    ['2019-07-01 10.00.00.jpg', '2019-07-01T10:00:00'],
    ['2019-07-01 10.00.00-1.jpg', '2019-07-01T10:00:00'],
    ['signal-2019-07-01-100000.jpg', '2019-07-01T10:00:00'],
    ['photo_2019-07-01_10-00-00.jpg', '2019-07-01T10:00:00'],
    ['MVIMG_20190701_100000.jpg', '2019-07-01T10:00:00'],
    ['FB_IMG_20190701_100000.jpg', '2019-07-01T10:00:00'],
  ])('%s says %s, floating', (name, local) => {
    expect(momentOfFileName(name)).toEqual(floating(local));
  });

  test('a Pixel phone writes UTC, so its offset and its instant are known', () => {
    expect(momentOfFileName('PXL_20190701_100000123.MP.jpg')).toEqual({
      local: '2019-07-01T10:00:00.123',
      offset: '+00:00',
      utc: '2019-07-01T10:00:00.123Z',
    });
  });

  test.each([
    'DSC_0665.jpg',
    'IMG_1234.HEIC',
    '20191301_100000.jpg',
    'IMG_20190230_100000.jpg',
    'a1020190701100000999999.jpg',
    'IMG_29990701_100000.jpg',
    '1561975200000.jpg',
    '2019.jpg',
    '',
  ])('%j says none', (name) => {
    expect(momentOfFileName(name)).toBeUndefined();
  });
});
