import type { Request, RequestHandler } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';

const QUEUE_NAME = 'x-appengine-queuename';
const CRON = 'x-appengine-cron';
const SECRET = 'x-local-cloud-secret';

/** What proves that Cloud Tasks or cron is calling. */
export interface PlatformProof {
  /** Whether App Engine's front end is in front of the app. It strips these headers from requests from outside. */
  onAppEngine: boolean;
  /** The secret that the local cloud sends with its calls. Without it no caller is the platform outside App Engine. */
  secret?: string | undefined;
}

const platformRequests = new WeakSet<Request>();

/** Whether Cloud Tasks or cron made this request, as the platform header filter found out. */
export function isFromPlatform(request: Request): boolean {
  return platformRequests.has(request);
}

/**
 * The platform header filter: marks the requests that the platform made, and strips the headers that only the platform may
 * set from all others.
 */
export function platformDoor(proof: PlatformProof): RequestHandler {
  const proves = proof.onAppEngine ? comesThroughAppEngine : carriesSecret(proof.secret);
  return (request, _response, next) => {
    if (proves(request)) platformRequests.add(request);
    else strip(request, proof.onAppEngine ? ['x-cloudtasks-'] : ['x-cloudtasks-', 'x-appengine-']);
    delete request.headers[SECRET];
    next();
  };
}

function comesThroughAppEngine({ headers }: Request): boolean {
  return Boolean(headers[QUEUE_NAME]) || headers[CRON] === 'true';
}

function carriesSecret(secret: string | undefined): (request: Request) => boolean {
  if (!secret) return () => false;
  const expected = digest(secret);
  return ({ headers }) => headers[SECRET] !== undefined && timingSafeEqual(digest(String(headers[SECRET])), expected);
}

/** Digests have one length, which timingSafeEqual asks for. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Node has lower-cased the names. On App Engine the front end has replaced what it says itself in X-AppEngine-*. */
function strip({ headers }: Request, prefixes: string[]): void {
  for (const name of Object.keys(headers)) {
    if (prefixes.some((prefix) => name.startsWith(prefix))) delete headers[name];
  }
}
