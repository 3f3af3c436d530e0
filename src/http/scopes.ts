import { AppError } from '../runtime/errors.ts';
import type { Access, Caller, Route } from './route.ts';

/** What a personal token may be allowed to do. */
export const SCOPES = ['read', 'upload', 'edit', 'delete', 'share', 'export'] as const;

export type Scope = (typeof SCOPES)[number];

/** The scope that a route asks of personal tokens. `person`: no token may call it, whatever its scopes are. */
export type NeededScope = Scope | 'person';

/**
 * Requires that a caller's personal token has a scope. All other credentials have every scope. The challenge is that of
 * RFC 6750, section 3.1.
 * @throws AppError scope-missing
 */
export function requireScope(caller: Pick<Caller, 'token'> | undefined, needed: NeededScope | undefined): void {
  if (caller?.token === undefined) return;
  if (needed === undefined || needed === 'person') {
    throw new AppError('scope-missing', 'A personal token cannot do this, whatever its scopes are. Sign in.', {
      reason: 'token-not-a-person',
      headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' },
    });
  }
  if (caller.token.scopes.includes(needed)) return;
  throw new AppError('scope-missing', `This needs a token with the scope ${needed}.`, {
    reason: 'scope-missing',
    extra: { scope: needed, scopes: caller.token.scopes },
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${needed}"` },
  });
}

/** Accesses for which credentials are read. */
export const READS_CREDENTIALS: ReadonlySet<Access> = new Set<Access>(['optional', 'user', 'signed-url']);

/**
 * Refuses a route that reads credentials and declares no scope. The compiler does so too, unless the type of the route
 * is a wider one.
 * @throws Error
 */
export function requireDeclaredScope({ method, path, access, scope }: Route): void {
  if (!READS_CREDENTIALS.has(access) || scope !== undefined) return;
  throw new Error(`The route ${method.toUpperCase()} ${path} declares no scope.`);
}
