import { isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

/** Stands for an address that is not known: the connection has ended before it was asked for. */
const UNKNOWN_ADDRESS = 'unknown';

/**
 * The address that a request comes from. On App Engine it is the word of the front end, which replaces what a client
 * sends under this name; `X-Forwarded-For` begins with the client's own words and is never read. Elsewhere it is the
 * other end of the connection. An IPv4 address inside IPv6 (RFC 4291, 2.5.5.2) is returned as IPv4, so that one client
 * has one address. Ask once at the start of a request: a connection that has ended has no address.
 */
export function clientAddress(request: IncomingMessage, { onAppEngine }: { onAppEngine: boolean }): string {
  const told = onAppEngine ? String(request.headers['x-appengine-user-ip'] ?? '').trim() : '';
  return plainAddress(isIP(told) ? told : (request.socket.remoteAddress ?? ''));
}

/**
 * The network that an address belongs to, as `203.0.113.0/24`. By default it is the part that the log may keep: one
 * person's line is not told apart from the neighbours'.
 */
export function networkOf(address: string, { v4, v6 }: { v4: number; v6: number } = { v4: 24, v6: 48 }): string {
  const kind = isIP(address);
  if (kind === 4) return `${mask(address.split('.').map(Number), 8, v4).join('.')}/${v4}`;
  if (kind === 6) return `${compressed(mask(groupsOf(address), 16, v6))}/${v6}`;
  return UNKNOWN_ADDRESS;
}

function plainAddress(address: string): string {
  if (isIP(address) !== 6) return isIP(address) === 4 ? address : UNKNOWN_ADDRESS;
  const groups = groupsOf(address);
  const [high = 0, low = 0] = groups.slice(6);
  const holdsIpv4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return holdsIpv4 ? [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.') : compressed(groups);
}

/** Keeps the first `bits` of numbers that have `width` bits each. */
function mask(parts: number[], width: number, bits: number): number[] {
  return parts.map((part, index) => {
    const dropped = width - Math.min(Math.max(bits - index * width, 0), width);
    return (part >> dropped) << dropped;
  });
}

/** The eight groups of an IPv6 address, without its zone. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = canonical(address).split('::');
  const [front, back] = [head, tail ?? ''].map((half) => half.split(':').filter(Boolean));
  const gap = tail === undefined ? 0 : 8 - (front?.length ?? 0) - (back?.length ?? 0);
  return [...(front ?? []), ...Array<string>(gap).fill('0'), ...(back ?? [])].map((group) => parseInt(group, 16));
}

const compressed = (groups: number[]) => canonical(groups.map((group) => group.toString(16)).join(':'));

/** The URL parser writes IPv6 in the one form of RFC 5952. */
function canonical(address: string): string {
  const [plain = ''] = address.split('%', 1);
  return new URL(`http://[${plain}]`).hostname.slice(1, -1);
}
