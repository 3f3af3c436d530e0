import type { BucketFields } from '../engine/bucket-fields.ts';
import { header, type Call, type CorsRule, type Reply } from './call.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The rule for the JSON API, which is open to every origin, and for sessions, whose opener has named the origin. */
export function openRule(origin: string): CorsRule {
  return { methods: METHODS, headers: ['*'], maxAge: 3600, allowOrigin: origin };
}

/** The first entry of a bucket's `cors` that names the origin, and the method if one is given. */
export function bucketRule({ cors = [] }: BucketFields, origin: string, method: string): CorsRule | undefined {
  const entry = cors.find((one) => named(one.origin, origin) && named(one.method, method));
  if (!entry) return undefined;
  const { method: methods = [], responseHeader: headers = [], maxAgeSeconds: maxAge } = entry;
  return { methods, headers, maxAge, allowOrigin: entry.origin?.includes('*') ? '*' : origin };
}

/** The CORS headers of a reply. There are none without a rule: the browser then hides the reply from the page. */
export function corsHeaders(rule: CorsRule | undefined): Record<string, string> {
  if (!rule) return {};
  const exposed = rule.headers.includes('*') ? EXPOSED : rule.headers;
  const headers: Record<string, string> = { 'access-control-allow-origin': rule.allowOrigin, vary: 'Origin' };
  if (exposed.length > 0) headers['access-control-expose-headers'] = exposed.join(', ');
  return headers;
}

/** The reply to a preflight. It carries no permission where the rule does not cover the request. */
export function preflightReply(call: Call, rule: CorsRule | undefined): Reply {
  const asked = (header(call, 'access-control-request-headers') ?? '').split(',').map((name) => name.trim());
  const covered = asked.every((name) => name === '' || (rule && named(rule.headers, name)));
  if (!rule || !covered) return { status: 200 };
  const headers = {
    'access-control-allow-origin': rule.allowOrigin,
    'access-control-allow-methods': rule.methods.join(','),
    'access-control-allow-headers': asked.join(','),
    ...(rule.maxAge === undefined ? {} : { 'access-control-max-age': String(rule.maxAge) }),
    vary: 'Origin',
  };
  return { status: 200, headers };
}

/** Whether a list names something, without regard to case, or everything. */
const named = (list: string[] | undefined, wanted: string) =>
  list?.some((entry) => entry === '*' || entry.toLowerCase() === wanted.toLowerCase()) ?? false;

/** The headers that clients read. A wildcard does not work for requests with credentials. */
const EXPOSED = [
  'Content-Length',
  'Content-Range',
  'Content-Type',
  'Date',
  'ETag',
  'Location',
  'Range',
  'X-Goog-Generation',
  'X-Goog-Hash',
  'X-Goog-Metageneration',
  'X-Goog-Stored-Content-Length',
  'X-GUploader-UploadID',
  'X-HTTP-Status-Code-Override',
];

/** A session is open to the one origin that its opening request has named, whatever the bucket's `cors` says. */
export function sessionRule({ engine, query }: Call, origin: string): CorsRule | undefined {
  const session = engine.store.sessions.get(query.get('upload_id') ?? '');
  return session?.target.origin === origin ? openRule(origin) : undefined;
}
