import express, { type Express } from 'express';
import { AppError } from '../../src/runtime/errors.ts';
import { mount, type MountDeps } from '../../src/http/mount.ts';
import type { Caller, Route } from '../../src/http/route.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { createLog } from '../../src/runtime/log.ts';
import { logEntry, type LogEntry } from '../support/log-lines.ts';

export const ANA: Caller = { user: 'ana0000000000000' as UserId, handle: 'ana' };

/** An app of a few routes. `Bearer ana` is Ana, any other bearer is refused. `entries` is what it has logged. */
export function smallApp(routes: Route[], deps: Partial<MountDeps> = {}): { app: Express; entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const write = (line: string) => void entries.push(logEntry(line));
  const log = createLog({ level: 'debug', destination: { write } });
  const app = express();
  mount(app, routes, {
    log,
    platform: { onAppEngine: false },
    callerOf,
    ...deps,
  });
  return { app, entries };
}

const callerOf: MountDeps['callerOf'] = async ({ headers: { authorization } }) => {
  if (authorization === undefined) return undefined;
  if (authorization === 'Bearer ana') return ANA;
  throw new AppError('unauthenticated', 'The token is not known.', {
    reason: 'token-unknown',
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
};
