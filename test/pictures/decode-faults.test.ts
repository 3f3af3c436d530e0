import { expect, test } from 'vitest';
import { faultOf } from '../../src/pictures/decoding/decode-faults.ts';

/** What libvips said when it had as little address space, time or as few threads as each needs. */
test.each([
  ['vips_tracked: out of memory -- size == 137MB', 'decode-memory'],
  ['Input buffer has corrupt header: vips_tracked: out of memory -- size == 183MB', 'decode-memory'],
  ['VipsJpeg: Insufficient memory (case 4)', 'decode-memory'],
  ['source: bad seek to 1331\nheif: Invalid input: Unspecified: Memory allocation error (2.0)', 'decode-memory'],
  ['heif: Memory allocation error: Unspecified: Allocating 48000015 bytes failed (6.0)', 'decode-memory'],
  ['timeout: 20% complete', 'decode-timeout'],
  ['VipsThreadpool: unable to create thread', 'decoder-lost'],
  ['Input image exceeds pixel limit', 'too-many-pixels'],
  ['heif: Memory allocation error: Security limit exceeded: Image size 9x9 exceeds the maximum', 'damaged-image'],
  ['VipsJpeg: premature end of JPEG image', 'damaged-image'],
  ['pngload_buffer: libspng read error', 'damaged-image'],
  ['Input buffer contains unsupported image format', 'damaged-image'],
])('%s is %s', (said, code) => {
  const cause = new Error(said);
  expect(faultOf(cause, 20_000)).toMatchObject({ code, cause });
});

test('a buffer for which there is no room passes; a fault of our own stays what it is', () => {
  expect(faultOf(new RangeError('Array buffer allocation failed'), 1)).toMatchObject({ code: 'decode-memory' });
  const own = new TypeError('undefined is not a function');
  expect(faultOf(own, 1)).toBe(own);
});
