import { networkInterfaces } from 'node:os';
import type { PairingCode } from './pairing-codes.ts';

/** Where the service listens, and where people reach it. */
interface Reach {
  host: string;
  port: number;
  /** PUBLIC_URL, or empty text. */
  linkBase: string;
}

/** Writes what a person at the console needs to pair a browser: a link for each address of this machine, and the code. */
export function pairingNotice({ code, expiresAt }: PairingCode, reach: Reach): string {
  const links = addressesOf(reach).map((address) => `  ${address}/pair?code=${code}`);
  const until = new Date(expiresAt).toISOString().slice(11, 16);
  return [
    `Pair a browser once, until ${until} UTC. Open a link there, or /pair with the code ${code}:`,
    ...links,
    'npm run pair makes the next code. Who has a code can open every account here.',
  ].join('\n');
}

function addressesOf({ host, port, linkBase }: Reach): string[] {
  if (linkBase !== '') return [linkBase];
  const hosts = host === '0.0.0.0' || host === '::' ? ['localhost', ...ownAddresses()] : [host];
  return hosts.map((name) => `http://${name.includes(':') ? `[${name}]` : name}:${port}`);
}

/** The IPv4 addresses of this machine on its networks. IPv6 addresses change often, and few people type them. */
const ownAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
