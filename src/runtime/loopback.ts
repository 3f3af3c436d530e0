import { isIP } from 'node:net';

/**
 * Names and addresses that lead to this very machine: RFC 6761, 6.3 (`localhost` and what lies below it) and the
 * loopback addresses of RFC 5735 and RFC 4291, as `Host` and `Origin` spell them.
 */
const LOOPBACK = /^(([a-z\d-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a host without its port, as `Host` spells it, is this machine. */
export const isLoopbackHost = (host: string) => LOOPBACK.test(host);

/** The host of a `Host` header or of an HTTP/2 `:authority`, without the port. */
export const hostOf = (authority: string) => authority.replace(/:\d{1,5}$/, '');

/** The host of an `Origin` header (RFC 6454, 7); undefined for `null` and for all that names no host of the web. */
export const hostOfOrigin = (origin: string) => /^https?:\/\/([^/@\s]+)$/i.exec(origin)?.[1]?.replace(/:\d{1,5}$/, '');

/** Whether an `Origin` header names this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  const host = hostOfOrigin(origin);
  return host !== undefined && isLoopbackHost(host);
}

/** Whether only programs on the same machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
