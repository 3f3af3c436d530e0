import type { Library } from '../../data/commit/group-commit.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';
import { packedKind } from '../../data/model/kind.ts';
import type { User } from '../../data/model/records.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { MeEdit } from './schemas.ts';

/** The latest change of settings that can be undone. */
interface SettingsUndo {
  /** Of the account after the change. Another revision says that it was changed since. */
  revision: number;
  /** The edit that brings the former settings back. */
  back: MeEdit;
}

const SettingsUndoKind = packedKind<SettingsUndo>('SettingsUndo', {
  version: 1,
  fields: { revision: 'number', back: 'object' },
});

const settingsUndoRef: EntityRef<SettingsUndo> = { kind: SettingsUndoKind, name: 'latest' };

interface UndoDeps {
  library: Library;
}

/** Keeps what an edit has replaced. */
export const keepForUndo = ({ library }: UndoDeps, user: UserId, kept: SettingsUndo): Promise<void> =>
  library.commit(user, async ({ entities }) => entities.write(settingsUndoRef, kept), [settingsUndoRef]);

export const settingsUndo = ({ library }: UndoDeps, user: UserId): Promise<SettingsUndo | undefined> =>
  library.commit(user, ({ entities }) => entities.read(settingsUndoRef), [settingsUndoRef]);

/** The edit that sets the fields of `edit` as they were before. */
export function backFrom(user: User, edit: MeEdit): MeEdit {
  const { displayName, handle, timeZone, visibility, mail, memoriesInMail: memories = false } = user;
  const before = { displayName, handle, timeZone, visibility, mail: { ...mail, memories } };
  return Object.fromEntries(Object.entries(before).filter(([field]) => Object.hasOwn(edit, field)));
}
