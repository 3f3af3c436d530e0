import { expect, test } from 'vitest';
import { addressesIn } from '../../src/features/mail-summaries/mail-address.ts';
import { emptyUser } from '../../src/data/model/records.ts';
import { comparable, domainOf, isOneAddress } from '../../src/mail/one-address.ts';

test.each([
  'ana@example.com',
  'Ana.Maria+photos@Mail.Example.com',
  "o'neil@example.co.uk",
  'a@localhost',
  'x@xn--bcher-kva.de',
])('%s is one address', (text) => expect(isOneAddress(text)).toBe(true));

test.each([
  '',
  'ana',
  '@example.com',
  'ana@',
  'ana@@example.com',
  'ana@example.com,ben@example.com',
  'ana@example.com ben@example.com',
  'ana@example.com\nBcc: ben@example.com',
  'ana@example.com\n',
  '\u0000ana@example.com',
  'Ana <ana@example.com>',
  '"ana maria"@example.com',
  'ana@[127.0.0.1]',
  'ana@-example.com',
  'ana@example..com',
  '.ana@example.com',
  'an\u212a@example.com',
  'ana@ex\u00e4mple.com',
  `${'a'.repeat(65)}@example.com`,
  `ana@${'a.'.repeat(125)}com`,
])('%j is not one address', (text) => expect(isOneAddress(text)).toBe(false));

test('addresses are compared without their case', () => {
  expect(comparable('Ana@Example.COM')).toBe('ana@example.com');
  expect(domainOf('Ana@Example.COM')).toBe('example.com');
});

test('no mail goes to what an earlier version kept as an address and is not one', () => {
  const user = (email: string | null) => ({ ...emptyUser('ana', 0), email });
  expect(addressesIn('google')(user('ana@example.com'))).toBe('ana@example.com');
  expect(addressesIn('google')(user('ana@example.com, ben@example.com'))).toBeUndefined();
  expect(addressesIn('google')(user('x\r\nBcc: ben@example.com'))).toBeUndefined();
  expect(addressesIn('local')(user('ana@example.com, ben@example.com'))).toBe('ana@localhost');
});
