import type { Key } from '@google-cloud/datastore';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import { accountErased } from '../../data/rules/erasure.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOf, toEntity, type Properties } from '../../data/model/kind.ts';
import { identityKey, readAccount, type AccountDeps } from './account.ts';
import { forgetErasure } from './erased-identities.ts';
import { LinkedIdentityKind, listLinkedIdentities } from './linked-identities.ts';
import { retryTransaction } from './retry-transaction.ts';
import type { Identity } from './verify-token.ts';

/** Identities that can be linked to one account. */
export const MOST_LINKED_IDENTITIES = 10;

/**
 * Links an identity to an account: from then on it signs in there. May be repeated.
 * @throws AppError conflict if the identity has an account of its own, or if the account has too many identities
 */
export async function linkIdentity(deps: AccountDeps, user: UserId, identity: Identity): Promise<void> {
  const root = identityKey(deps.datastore, identity);
  await retryTransaction(() => link(deps, user, root, identity));
  deps.accountMemory.byIdentity.forget(String(root.name));
  deps.securityLog('identity-linked', user, { issuer: identity.issuer });
}

async function link(deps: AccountDeps, user: UserId, root: Key, identity: Identity): Promise<void> {
  const { datastore, clock } = deps;
  const tx = datastore.transaction();
  try {
    const known = await readAccount(datastore, tx, root);
    if (known && known.user !== user) throw hasAccount();
    if (known) return void (await tx.rollback());
    const [owner] = (await tx.get(keyOf(datastore, user, UserKind))) as [Properties | undefined];
    if (!owner) throw accountErased();
    const linked = await listLinkedIdentities(deps, user);
    if (linked.length >= MOST_LINKED_IDENTITIES) throw tooMany();
    tx.save({ key: root, data: { user } });
    const { issuer, subject, email, name } = identity;
    const key = keyOf(datastore, user, LinkedIdentityKind, String(root.name));
    tx.save(toEntity(key, LinkedIdentityKind, { issuer, label: email ?? name ?? subject, linkedAt: clock.now() }));
    forgetErasure(deps, tx, String(root.name));
    await tx.commit();
  } catch (error) {
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}

const hasAccount = () =>
  new AppError(
    'identity-taken',
    'This identity has an account of its own here. Delete that account first, or keep both.',
  );

const tooMany = () =>
  new AppError('conflict', `An account takes ${MOST_LINKED_IDENTITIES} linked identities. Remove one of them first.`);

const ID = /^[\da-f]{64}$/;

/**
 * Removes a linked identity. Its tokens do not count here any more, on other instances after up to a minute.
 * @throws AppError not-found
 */
export async function unlinkIdentity(deps: AccountDeps, user: UserId, id: string): Promise<void> {
  const { datastore } = deps;
  const link = ID.test(id) ? keyOf(datastore, user, LinkedIdentityKind, id) : undefined;
  const [found] = link ? ((await datastore.get(link)) as [Properties | undefined]) : [];
  if (!link || !found) throw new AppError('not-found', 'Your account has no such linked identity.');
  await datastore.delete([link, datastore.key(['Identity', id])]);
  deps.accountMemory.byIdentity.forget(id);
  deps.securityLog('identity-unlinked', user);
}
