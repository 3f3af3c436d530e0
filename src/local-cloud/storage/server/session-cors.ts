import type { Call } from './call.ts';
import { openRule, type CorsRule } from './cors.ts';

/** A session is open to the one origin that its opening request has named, whatever the bucket's `cors` says. */
export function sessionRule({ engine, query }: Call, origin: string): CorsRule | undefined {
  const session = engine.store.sessions.get(query.get('upload_id') ?? '');
  return session?.target.origin === origin ? openRule(origin) : undefined;
}
