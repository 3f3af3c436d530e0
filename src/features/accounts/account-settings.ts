import type { Request } from 'express';
import type { User } from '../../data/model/records.ts';
import { requireUser } from '../../data/read/store.ts';
import type { Caller } from '../../http/route.ts';
import { AppError } from '../../runtime/errors.ts';
import { editMe } from './edit-me.ts';
import { presentMe, type AccountRouteDeps } from './routes.ts';
import type { Me, MeEdit, SignedInPage } from './schemas.ts';
import { backFrom, keepForUndo, settingsUndo } from './settings-undo.ts';
import { endEverySession, endOwnSession, ownSessions } from './session-routes.ts';

/** The use cases of `/v1/me` and `/v1/sessions` for pages. */
export interface AccountSettings {
  read(caller: Caller): Promise<Me>;
  /**
   * Changes an account that still has this revision.
   * @throws AppError like `editMe`
   */
  edit(caller: Caller, edit: MeEdit, revision: string): Promise<unknown>;
  /**
   * Undoes the latest change by `edit`.
   * @throws AppError like `editMe`; precondition-failed if there is none, or if the account was changed since
   */
  undo(caller: Caller): Promise<unknown>;
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
  async edit(caller, edit, revision) {
    const before = await requireUser(deps, caller.user);
    const after = await editMe(deps, caller, edit, conditionOf(deps, caller, revision));
    await keepForUndo(deps, caller.user, { revision: after.revision, back: backFrom(before, edit) });
  },
  async undo(caller) {
    const kept = await settingsUndo(deps, caller.user);
    if (!kept) throw new AppError('precondition-failed', 'There is no change of settings to undo.');
    await editMe(deps, caller, kept.back, conditionOf(deps, caller, `${kept.revision}`));
  },
  sessions: ({ user }, request) => ownSessions(deps, user, request),
  endSession: ({ user }, request, id) => endOwnSession(deps, user, request, id),
  endAllSessions: ({ user }) => endEverySession(deps, user),
});

const conditionOf = (deps: AccountRouteDeps, caller: Caller, revision: string) => ({
  ifMatch: `"${revision}"`,
  show: (current: User) => ({ body: presentMe(deps, caller, current) }),
});
