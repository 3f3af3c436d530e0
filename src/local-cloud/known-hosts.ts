import { hostOf, hostOfOrigin, isLoopbackHost } from '../runtime/loopback.ts';

/** The host that a request is for, and the origin of the page that sends it. */
interface Addressing {
  host?: string | undefined;
  origin?: string | undefined;
}

/** Why a request is not answered. */
export interface Refusal {
  status: 403 | 421;
  message: string;
}

/** Says why a request is not answered; undefined when it is. */
export type KnownHosts = (addressing: Addressing) => Refusal | undefined;

/**
 * The local cloud trusts every caller. A web page of another site can call it through the browser of this machine: with
 * its own `Origin`, or with its own `Host` when its name resolves to this machine (DNS rebinding). Only the names of this
 * machine and those in `allowed` are answered.
 */
export function knownHosts(allowed: readonly string[] = []): KnownHosts {
  const extra = new Set(allowed.map((name) => name.toLowerCase()));
  const isKnown = (host: string | undefined) =>
    host !== undefined && (isLoopbackHost(host) || extra.has(host.toLowerCase()));
  return ({ host = '', origin }) => {
    if (!isKnown(hostOf(host))) return { status: 421, message: `${WRONG_HOST} ${ALLOW}` };
    if (origin !== undefined && !isKnown(hostOfOrigin(origin)))
      return { status: 403, message: `${WRONG_ORIGIN} ${ALLOW}` };
    return undefined;
  };
}

const WRONG_HOST = 'The local cloud answers only to localhost, 127.0.0.1 and [::1]: use one of them as the host.';
const WRONG_ORIGIN = 'The local cloud answers only pages of localhost, 127.0.0.1 and [::1].';
const ALLOW = 'The option --allow-host of npm run local-cloud adds a name, such as host.docker.internal.';
