import { expect, test } from 'vitest';
import { trustedIssuers } from '../../src/features/accounts/trusted-issuers.ts';

test('the stand-in counts only where the configuration says so', () => {
  const url = 'http://127.0.0.1:1234';
  expect(trustedIssuers({ kind: 'local' }, url)).toMatchObject([{ name: 'local', spellings: [url] }]);
  expect(trustedIssuers({ kind: 'local' })).toEqual([]);
  expect(trustedIssuers({ kind: 'issuers', issuers: [{ kind: 'firebase', project: 'p' }] }, url)).toHaveLength(1);
});

test('several audiences of one issuer come together', () => {
  const issuers = trustedIssuers({
    kind: 'issuers',
    issuers: [
      { kind: 'google', clientId: 'phone' },
      { kind: 'google', clientId: 'web' },
      { kind: 'firebase', project: 'p' },
    ],
  });
  expect(issuers.map(({ name, audience }) => [name, audience])).toEqual([
    ['https://accounts.google.com', ['phone', 'web']],
    ['https://securetoken.google.com/p', ['p']],
  ]);
});

test('only assertions of the proxy are read from its header, and no shared secret ever signs', () => {
  const issuers = trustedIssuers({
    kind: 'issuers',
    issuers: [
      { kind: 'iap', audience: '/projects/1/apps/p' },
      { kind: 'oidc', issuer: 'https://id.example', audience: 'us' },
      { kind: 'google', clientId: 'web' },
    ],
  });
  expect(issuers.map(({ place }) => place)).toEqual(['iap', 'bearer', 'bearer']);
  expect(issuers.flatMap(({ algorithms }) => algorithms).filter((name) => /^HS|none/.test(name))).toEqual([]);
});
