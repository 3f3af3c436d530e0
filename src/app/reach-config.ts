import type { EnvironmentReader } from '../runtime/environment-reader.ts';
import { isLoopbackHost } from '../runtime/loopback.ts';

/** By which hosts the service is reached, and whose scripts may call it. */
export interface ReachConfig {
  /** Hosts that are answered besides loopback. Undefined: all of them. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Origins of web apps, as browsers write them. */
  readonly allowedOrigins: readonly string[];
}

/** How the Android emulator names the machine that it runs on. */
const EMULATOR_HOST = '10.0.2.2';

/**
 * Reads ALLOWED_HOSTS and ALLOWED_ORIGINS.
 * @param signsInAnyName Whether the stand-in signs in any name: then only programs on this machine may reach the service.
 */
export function readReach(source: EnvironmentReader, signsInAnyName: boolean): ReachConfig {
  const hosts = listIn(source, 'ALLOWED_HOSTS');
  if (!hosts.every((host) => /^(\[[\da-f:.]+\]|[\w.-]+)$/i.test(host))) {
    source.fault('ALLOWED_HOSTS', 'must be a list of hosts without ports, such as photos.example.org');
  }
  if (signsInAnyName && !hosts.every((host) => host === EMULATOR_HOST || isLoopbackHost(host))) {
    source.fault(
      'ALLOWED_HOSTS',
      `may name only ${EMULATOR_HOST} and hosts below localhost while IDENTITY is local, which signs in any name. For other ` +
        'hosts set IDENTITY to pairing or to an issuer (docs/from-your-phone.md)',
    );
  }
  const allowedOrigins = listIn(source, 'ALLOWED_ORIGINS');
  if (!allowedOrigins.every(isOrigin)) {
    source.fault(
      'ALLOWED_ORIGINS',
      'must be a list of origins, such as https://app.example.org or http://localhost:5173',
    );
  }
  return { allowedHosts: signsInAnyName || hosts.length > 0 ? hosts : undefined, allowedOrigins };
}

const listIn = (source: EnvironmentReader, name: string) =>
  (source.text(name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const isOrigin = (text: string) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
