import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { captureTimeOfFileName } from '../../src/pictures/facts/file-name-time.ts';
import { parseCaptureTime } from '../../src/pictures/facts/parse-capture-time.ts';

const floating = (local: string, precision = 'second') => ({ local, offset: null, utc: null, precision });

describe('a moment in metadata', () => {
  test.each([
    ['2019:07:01 10:00:00', '2019-07-01T10:00:00'],
    ['2019-07-01T10:00:00.120', '2019-07-01T10:00:00.120'],
    ['2019-07-01T10:00', '2019-07-01T10:00:00', 'minute'],
    ['2019:07:01', '2019-07-01T00:00:00', 'day'],
    ['2020:02:29 23:59:59\n', '2020-02-29T23:59:59'],
    ['1601:06:06 16:39:33', '1601-06-06T16:39:33'],
    ['2015:08:22 24:08:19', '2015-08-22T00:08:19'],
    ['2019: 7: 1  9: 5: 3', '2019-07-01T09:05:03'],
    ['2019-7-1 9:05:03', '2019-07-01T09:05:03'],
    ['20190701 10:00:00', '2019-07-01T10:00:00'],
    ['2019:07:01 02:00:00 PM', '2019-07-01T14:00:00'],
    ['2019:07:01 12:00:00 am', '2019-07-01T00:00:00'],
    ['2019:07:01 02:00 p.m.', '2019-07-01T14:00:00', 'minute'],
    ['2013:04:09 下午02:25:53', '2013-04-09T14:25:53'],
    ['2019-07-01t10:00:00', '2019-07-01T10:00:00'],
    ['2016:12:31 23:59:60', '2016-12-31T23:59:59'],
    ['2019:07:01 10:00:00\u0001\u007f', '2019-07-01T10:00:00'],
  ])('%j is read as the floating time %s', (text, local, precision?: string) => {
    expect(parseCaptureTime(text)).toEqual(floating(local, precision));
  });

  test.each([
    ['2019:07:01 10:00:00 <script>', '2019-07-01T10:00:00', 'second'],
    ['2019:07:01 10:00:00 PST', '2019-07-01T10:00:00', 'second'],
    ['2019:07:01 10:00:00+99:00', '2019-07-01T10:00:00', 'second'],
    ['2019:07:01 25:00:00', '2019-07-01T00:00:00', 'day'],
    ['2019:07:01 10:61:00', '2019-07-01T00:00:00', 'day'],
    ['2019:07:01   :  :  ', '2019-07-01T00:00:00', 'day'],
    ['2019-07-01-05:00', '2019-07-01T00:00:00', 'day'],
  ])('%j counts as far as it can be read', (text, local, precision) => {
    expect(parseCaptureTime(text)).toEqual(floating(local, precision));
  });

  test.each([
    ['1987', '1987-01-01T00:00:00', 'year'],
    ['2019-07', '2019-07-01T00:00:00', 'month'],
    ['2019-07-00', '2019-07-01T00:00:00', 'month'],
    ['20190000', '2019-01-01T00:00:00', 'year'],
    ['1970', '1970-01-01T00:00:00', 'year'],
  ])('%j stands at the start of what is known, where a part of a date is allowed', (text, local, precision) => {
    expect(parseCaptureTime(text, { partial: true })).toEqual(floating(local, precision));
    expect(parseCaptureTime(text)).toBeUndefined();
  });

  test.each(['0000', '2019-13', '0000-00-00', '1987-02-30', '1970-01-01', '7'])('%j is no part of a date', (text) => {
    expect(parseCaptureTime(text, { partial: true })).toBeUndefined();
  });

  test.each([
    ['2019-07-01T10:00:00+02:00', '+02:00', '2019-07-01T08:00:00Z'],
    ['2019-07-01T10:00:00Z', '+00:00', '2019-07-01T10:00:00Z'],
    ['2019:07:01 10:00:00-0930', '-09:30', '2019-07-01T19:30:00Z'],
    ['2019-12-31T20:00:00.5-05:00', '-05:00', '2020-01-01T01:00:00.5Z'],
    ['2019-07-01T10:00:00+02', '+02:00', '2019-07-01T08:00:00Z'],
    ['2019-07-01T10:00:00+2:00', '+02:00', '2019-07-01T08:00:00Z'],
    ['2024-04-22T14:38:09GMT+2', '+02:00', '2024-04-22T12:38:09Z'],
    ['2019-07-01 10:00:00 UTC', '+00:00', '2019-07-01T10:00:00Z'],
    ['2019-07-01t10:00:00z', '+00:00', '2019-07-01T10:00:00Z'],
    ['2019-07-01 02:00:00 PM -0500', '-05:00', '2019-07-01T19:00:00Z'],
  ])('%s keeps its offset %s and is the instant %s', (text, offset, utc) => {
    expect(parseCaptureTime(text)).toMatchObject({ offset, utc });
  });

  test('a capture time is found or not found at once in a text of any length', () => {
    const blanks = ' '.repeat(100_000);
    for (const start of ['2019:07:01', '2019:', '2019:07:01 10:', '2019:07:01 10:00:00'])
      parseCaptureTime(start + blanks + 'x');
    expect(parseCaptureTime(`2019:07:01${blanks}10:00:00`)).toEqual(floating('2019-07-01T00:00:00', 'day'));
    expect(parseCaptureTime(`${blanks}2019:07:01  10:00:00`)).toEqual(floating('2019-07-01T10:00:00'));
  });

  test('a fraction and an offset from tags of their own are put together with it', () => {
    expect(parseCaptureTime('2019:07:01 10:00:00', { fraction: '12', offset: '+05:45' })).toEqual({
      local: '2019-07-01T10:00:00.12',
      offset: '+05:45',
      utc: '2019-07-01T04:15:00.12Z',
      precision: 'second',
    });
  });

  test.each(['', '   :  :     :  :  ', '+99:00', '+2', '-00:00', 'local', '12:00'])(
    'the offset %j is none: the time stays floating',
    (offset) => {
      expect(parseCaptureTime('2019:07:01 10:00:00', { offset })).toEqual(floating('2019-07-01T10:00:00'));
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
    '1858:11:17 00:00:00',
    '1904:01:01 00:00:00',
    '1970:01:01 00:00:00',
    '1970-01-01T01:00:00+01:00',
    '1980:01:01 00:00:00',
    '1980:01:01',
    'yesterday',
  ])('%j is none', (text) => {
    expect(parseCaptureTime(text)).toBeUndefined();
  });
});

describe('a moment in a file name', () => {
  test.each([
    ['IMG_20190701_100000.jpg', '2019-07-01T10:00:00'],
    ['IMG_20190701_100000_1.jpg', '2019-07-01T10:00:00'],
    ['IMG_20190701_100000123.jpg', '2019-07-01T10:00:00.123'],
    ['20190701_100000.jpg', '2019-07-01T10:00:00'],
    ['IMG20190701100000.jpg', '2019-07-01T10:00:00'],
    ['IMG-20190701-WA0001.jpg', '2019-07-01T00:00:00', 'day'],
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
    ['Screenshot 2023-01-05 at 10.15.30\u202fPM.png', '2023-01-05T22:15:30'],
    ['Screenshot 2023-01-05 at 12.05.30 AM.png', '2023-01-05T00:05:30'],
    ['Screen Shot 2020-09-04 at 9.12.10 PM.png', '2020-09-04T21:12:10'],
    ['Bildschirmfoto 2023-01-05 um 10.15.30.png', '2023-01-05T10:15:30'],
    ['Capture d’écran 2023-01-05 à 10.15.30.png', '2023-01-05T10:15:30'],
    ['Capture d’écran 2023-01-05 à 10.15.30.png'.normalize('NFD'), '2023-01-05T10:15:30'],
    ['Captura de pantalla 2023-01-05 a la(s) 10.15.30\u202fp.\u00a0m..png', '2023-01-05T22:15:30'],
    ['Captura de Pantalla 2023-01-05 a las 9.15.30 a. m..png', '2023-01-05T09:15:30'],
    ['Captura de ecrã 2023-01-05, às 10.15.30.png', '2023-01-05T10:15:30'],
    ['Schermata 2023-01-05 alle 10.15.30.png', '2023-01-05T10:15:30'],
    ['Skärmavbild 2023-01-05 kl. 10.15.30.png', '2023-01-05T10:15:30'],
    ['Näyttökuva 2023-1-5 kello 10.15.30.png', '2023-01-05T10:15:30'],
    ['Снимок экрана 2023-01-05 в 10.15.30.png', '2023-01-05T10:15:30'],
    ['Στιγμιότυπο οθόνης 2023-01-05, 10.15.30 μ.μ..png', '2023-01-05T22:15:30'],
    ['Ekran Resmi 2023-01-05 ÖS 10.15.30.png', '2023-01-05T22:15:30'],
    ['Ảnh màn hình 2023-01-05 lúc 10.15.30 CH.png', '2023-01-05T22:15:30'],
    ['截屏2023-01-05 下午10.15.30.png', '2023-01-05T22:15:30'],
    ['螢幕截圖 2023-01-05 上午12.15.30.png', '2023-01-05T00:15:30'],
    ['スクリーンショット 2023-01-05 午後10.15.30.png', '2023-01-05T22:15:30'],
    ['스크린샷 2023-01-05 오후 10.15.30.png', '2023-01-05T22:15:30'],
    ['WhatsApp Image 2019-07-01 at 1.05.07 PM.jpeg', '2019-07-01T13:05:07'],
    ['Photo on 2019-07-01 at 10.15 PM.jpg', '2019-07-01T22:15:00', 'minute'],
    ['00000IMG_00000_BURST20180901101751159_COVER.jpg', '2018-09-01T10:17:51.159'],
    ['IMAG0001_BURST20180901101751159.jpg', '2018-09-01T10:17:51.159'],
    ['CameraZOOM-20130818104217542.jpg', '2013-08-18T10:42:17.542'],
    ['C360_2013-08-18-10-42-17-542.jpg', '2013-08-18T10:42:17.542'],
    ['微信图片_20220526164630.jpg', '2022-05-26T16:46:30'],
    ['QQ截图20220526164630.png', '2022-05-26T16:46:30'],
    ['KakaoTalk_20190701_100000123.jpg', '2019-07-01T10:00:00.123'],
    ['IMG_20201225_15284769.jpg', '2020-12-25T15:28:47.69'],
    ['IMG_20190701_240819.jpg', '2019-07-01T00:08:19'],
    ['WP_20130818_10_42_17_Pro.jpg', '2013-08-18T10:42:17'],
    ['WP_20130818_001.jpg', '2013-08-18T00:00:00', 'day'],
    ['Screenshot from 2023-01-05 10-15-30.png', '2023-01-05T10:15:30'],
    ['Screenshot 2023-01-05 101530.png', '2023-01-05T10:15:30'],
    ['2019-07-01 10h05m07s.jpg', '2019-07-01T10:05:07'],
    ['PHOTO-2019-07-01-10-00-00.jpg', '2019-07-01T10:00:00'],
    ['Reservation_2019-07-01_2019-07-05.jpg', '2019-07-01T00:00:00', 'day'],
    ['Opera 2019-07-01.jpg', '2019-07-01T00:00:00', 'day'],
  ])('%s says %s, floating', (name, local, precision?: string) => {
    expect(captureTimeOfFileName(name)).toEqual(floating(local, precision));
  });

  test.each([
    'en',
    'en-AU',
    'de',
    'fr',
    'es',
    'es-MX',
    'ca',
    'nl',
    'sv',
    'fi',
    'cs',
    'sl',
    'el',
    'tr',
    'uk',
    'hu',
    'vi',
    'ms',
    'ar',
    'hi',
    'zh',
    'zh-TW',
    'ja',
    'ko',
  ])('a 12-hour clock is read as a system in %s writes it', (language) => {
    const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hour12: true, timeZone: 'UTC' });
    for (const time of ['00:05:07', '09:05:07', '12:05:07', '22:15:30']) {
      const written = clock.format(new Date(`2023-01-05T${time}Z`)).replaceAll(':', '.');
      expect(captureTimeOfFileName(`Screenshot 2023-01-05 ${written}.png`)).toEqual(floating(`2023-01-05T${time}`));
    }
  });

  test.each([
    ['mmexport1549876543210.jpg', '2019-02-11T09:15:43.210'],
    ['FB_IMG_1549876543210.jpg', '2019-02-11T09:15:43.210'],
    ['photo-2019-07-01T10-00-00.250Z.png', '2019-07-01T10:00:00.250'],
  ])('%s tells an instant', (name, local) => {
    const utc = `${local}Z`;
    expect(captureTimeOfFileName(name)).toEqual({ local, offset: '+00:00', utc, precision: 'second', instant: true });
  });

  test('a Pixel phone writes UTC, so its offset and its instant are known', () => {
    expect(captureTimeOfFileName('PXL_20190701_100000123.MP.jpg')).toEqual({
      local: '2019-07-01T10:00:00.123',
      offset: '+00:00',
      utc: '2019-07-01T10:00:00.123Z',
      precision: 'second',
      instant: true,
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
    '20190701.jpg',
    '20190701-20190705.jpg',
    '1920x1080-20190701.jpg',
    'received_1549876543210123.jpeg',
    'f81d4fae-2019-07-01ad-8a20-00a0c91e6bf6.jpg',
    'a20190701100000b.jpg',
    '',
  ])('%j says none', (name) => {
    expect(captureTimeOfFileName(name)).toBeUndefined();
  });

  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  const uuid = fc.uuid();
  const serial = fc.oneof(
    fc
      .tuple(fc.constantFrom('DSC_', 'IMG_', 'P', 'DSCN', 'GOPR', 'MG_'), fc.stringMatching(/^\d{4,8}$/))
      .map((parts) => parts.join('')),
    fc.stringMatching(/^\d{1,13}$/),
    fc.stringMatching(/^\d{15,16}$/),
    fc.stringMatching(/^\d{18,24}$/),
  );
  /** Hashes as rich in digits that look like dates as they can be. */
  const dated = fc
    .tuple(
      fc.nat(18),
      hex(32),
      fc.date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true }),
    )
    .map(
      ([at, hash, date]) =>
        hash.slice(0, at) + date.toISOString().replaceAll(/\D/g, '').slice(0, 14) + hash.slice(at + 14),
    )
    .filter((hash) => /[a-f]$|^[a-f]/.test(hash) && hash.length === 32);

  test('a hash, an id or a serial number says none', () => {
    const names = fc.oneof(hex(32), hex(40), hex(64), uuid, serial, dated);
    fc.assert(
      fc.property(names, (name) => {
        expect(captureTimeOfFileName(`${name}.jpg`)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});
