import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { clientAddress, networkOf } from '../../src/http/client-address.ts';

/** A request from this end of a connection, with these headers. */
function requestFrom(remoteAddress: string | undefined, headers: Record<string, string> = {}): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
  return Object.assign(new IncomingMessage(socket), { headers });
}

const outside = { onAppEngine: false };
const appEngine = { onAppEngine: true };
const forged = { 'x-forwarded-for': '198.51.100.1', 'x-appengine-user-ip': '198.51.100.2', forwarded: 'for=1.1.1.1' };

test('outside App Engine the address is the end of the connection, whatever headers say', () => {
  expect(clientAddress(requestFrom('203.0.113.77', forged), outside)).toBe('203.0.113.77');
  expect(clientAddress(requestFrom('2001:DB8:1:2::5', forged), outside)).toBe('2001:db8:1:2::5');
});

test('on App Engine the address is the word of the front end, never X-Forwarded-For', () => {
  expect(clientAddress(requestFrom('169.254.1.1', forged), appEngine)).toBe('198.51.100.2');
  const { 'x-forwarded-for': only } = forged;
  expect(clientAddress(requestFrom('169.254.1.1', { 'x-forwarded-for': only }), appEngine)).toBe('169.254.1.1');
  const bad = { 'x-appengine-user-ip': '1.2.3.4, 5.6.7.8' };
  expect(clientAddress(requestFrom('169.254.1.1', bad), appEngine)).toBe('169.254.1.1');
});

test('an IPv4 address inside IPv6 is the same client as the plain one', () => {
  expect(clientAddress(requestFrom('::ffff:203.0.113.77'), outside)).toBe('203.0.113.77');
  expect(clientAddress(requestFrom('::ffff:cb00:714d'), outside)).toBe('203.0.113.77');
});

test('a connection that tells no address is unknown', () => {
  expect(clientAddress(requestFrom(undefined), outside)).toBe('unknown');
  expect(networkOf('unknown')).toBe('unknown');
});

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['127.0.0.1', '127.0.0.0/24'],
  ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff', '2001:db8:aaaa::/48'],
  ['::1', '::/48'],
  ['fe80::1%eth0', 'fe80::/48'],
])('the log keeps of %s the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('a caller may ask for narrower networks', () => {
  expect(networkOf('203.0.113.77', { v4: 32, v6: 64 })).toBe('203.0.113.77/32');
  expect(networkOf('203.0.113.77', { v4: 20, v6: 64 })).toBe('203.0.112.0/20');
  expect(networkOf('2001:db8:1:2:3::4', { v4: 32, v6: 64 })).toBe('2001:db8:1:2::/64');
  expect(networkOf('2001:db8:1:2ff:3::4', { v4: 32, v6: 56 })).toBe('2001:db8:1:200::/56');
});
