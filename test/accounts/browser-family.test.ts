import { expect, test } from 'vitest';
import { browserFamily } from '../../src/features/accounts/browser-family.ts';

const ENGINE = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${ENGINE} Chrome/156.0.0.0 Safari/537.36`, 'Chrome on Windows'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${ENGINE} Chrome/156.0.0.0 Safari/537.36 Edg/156.0`, 'Edge on Windows'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${ENGINE} Chrome/156.0.0.0 Mobile Safari/537.36`, 'Chrome on Android'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1', 'Safari on iOS'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15', 'Safari on macOS'],
  ['curl/8.5.0', 'curl'],
  ['PhotoApp', 'PhotoApp'],
  [`${'x'.repeat(31)}/1`, 'unknown'],
  ['<script>', 'unknown'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('%s is known as %s', (header, family) => expect(browserFamily(header)).toBe(family));
