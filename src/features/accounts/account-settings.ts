import type { Request } from 'express';
import { requireUser } from '../../data/read/store.ts';
import type { Caller } from '../../http/route.ts';
import { editMe } from './edit-me.ts';
import { presentMe, type AccountRouteDeps } from './routes.ts';
import type { Me, MeEdit, SignedInPage } from './schemas.ts';
import { endEverySession, endOwnSession, ownSessions } from './session-routes.ts';

/** The use cases of `/v1/me` and `/v1/sessions` for pages. */
export interface AccountSettings {
  read(caller: Caller): Promise<Me>;
  /**
   * Changes an account that still has this revision.
   * @throws AppError like `editMe`
   */
  edit(caller: Caller, edit: MeEdit, revision: string): Promise<unknown>;
  sessions(caller: Caller, request: Request): Promise<SignedInPage[]>;
  /**
   * Ends a session, and returns the headers of the reply.
   * @throws AppError not-found
   */
  endSession(caller: Caller, request: Request, id: string): Promise<Record<string, string> | undefined>;
  endAllSessions(caller: Caller): Promise<Record<string, string>>;
}

/** Binds the use cases of the settings to the parts of this folder. */
export const accountSettings = (deps: AccountRouteDeps): AccountSettings => ({
  read: async (caller) => presentMe(deps, caller, await requireUser(deps, caller.user)),
  edit: (caller, edit, revision) =>
    editMe(deps, caller, edit, {
      ifMatch: `"${revision}"`,
      show: (current) => ({ body: presentMe(deps, caller, current) }),
    }),
  sessions: ({ user }, request) => ownSessions(deps, user, request),
  endSession: ({ user }, request, id) => endOwnSession(deps, user, request, id),
  endAllSessions: ({ user }) => endEverySession(deps, user),
});
