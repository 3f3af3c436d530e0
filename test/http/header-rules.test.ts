import type { Request } from 'express';
import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesIfNoneMatch, parseIfMatch } from '../../src/http/replies/conditional.ts';
import { attachment, headerValue } from '../../src/http/replies/header-values.ts';
import { pageLinks } from '../../src/http/replies/link.ts';

describe('If-Match', () => {
  test.each(['"7.abc"', '"7"', 'W/"7.zzz"', '"3.a", "7.b"', '"3.a" ,W/"7.b"', '*', undefined])(
    '%s takes revision 7',
    (header) => {
      expect(parseIfMatch(header)(7)).toBe(true);
    },
  );

  test.each(['"8.abc"', '"77"', '"0x7.a"', '"7e0"', '"-7"', '"abc"', '""'])('%s does not take revision 7', (header) => {
    expect(parseIfMatch(header)(7)).toBe(false);
  });

  test.each(['7.abc', '', '"7', '7"', '"7" "8"', 'w/"7"', "'7'"])('%j is refused', (header) => {
    expect(() => parseIfMatch(header)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  test('a long header without an end costs no time', () => {
    // CPU time of this thread: on a busy machine it takes no longer.
    const start = process.threadCpuUsage();
    expect(() => parseIfMatch('"7",'.repeat(4000) + '"')).toThrow('If-Match');
    const { user, system } = process.threadCpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(200);
  });
});

test('If-None-Match compares weakly and only whole tags', () => {
  expect(matchesIfNoneMatch('W/"a,b", "c"', 'a,b')).toBe(true);
  expect(matchesIfNoneMatch('"ab"', 'a')).toBe(false);
  expect(matchesIfNoneMatch(undefined, 'a')).toBe(false);
});

describe('a header value made of data', () => {
  test.each(['a\r\nSet-Cookie: x', 'a\nb', 'a\0', 'größer', 'a\u007f'])('%j is refused', (text) => {
    expect(() => headerValue(text)).toThrow(RangeError);
  });

  test('an attachment name is plain ASCII and can be read back, whatever it holds', () => {
    expect(attachment("Meer (größer)'s.jpg")).toBe(
      `attachment; filename="Meer (gro_er)_s.jpg"; filename*=UTF-8''Meer%20%28gr%C3%B6%C3%9Fer%29%27s.jpg`,
    );
    assert(
      property(string({ unit: 'binary' }), (name) => {
        const [, plain = '', encoded = ''] =
          /^attachment; filename="(.*)"; filename\*=UTF-8''(.*)$/.exec(attachment(name)) ?? [];
        // Neither needs quoting nor looks percent-encoded (RFC 6266, appendix D).
        expect(plain).toMatch(/^[\w .,()+=@~-]*$/);
        expect(encoded).toMatch(/^[\w.!~%-]*$/);
        expect(decodeURIComponent(encoded)).toBe(name.toWellFormed());
      }),
    );
  });

  test('half a surrogate pair does not break a download', () => {
    expect(attachment('\ud83d.jpg')).toBe(`attachment; filename="_.jpg"; filename*=UTF-8''%EF%BF%BD.jpg`);
  });
});

describe('Link', () => {
  const page = { originalUrl: '/v1/timeline?limit=5&cursor=old' } as Request;

  test('begin with the public address of the service where it is known', () => {
    const { Link } = pageLinks(page, { next: 'n' }, 'https://photos.example/api');
    expect(Link).toBe('<https://photos.example/api/v1/timeline?limit=5&cursor=n>; rel="next"');
  });

  test('the Link header names the neighbours by the URL of the request with their cursors', () => {
    expect(pageLinks(page, { next: 'n+/=', prev: 'p' })).toEqual({
      Link: '</v1/timeline?limit=5&cursor=n%2B%2F%3D>; rel="next", </v1/timeline?limit=5&cursor=p>; rel="prev"',
    });
  });

  test('the Link header is absent without neighbours', () => {
    expect(pageLinks(page, { next: null })).toEqual({});
  });

  test('the Link header never repeats the host of an absolute request target', () => {
    const page = { originalUrl: 'http://evil.example:80/v1/timeline?limit=5' } as Request;
    expect(pageLinks(page, { next: 'n' })).toEqual({ Link: '</v1/timeline?limit=5&cursor=n>; rel="next"' });
  });
});
