import { AppError } from '../../runtime/errors.ts';
import type { User } from '../model/records.ts';

/** Whether the operator has suspended an account. Its data stays. */
export const isSuspended = ({ suspendedAt }: Pick<User, 'suspendedAt'>): boolean => suspendedAt !== undefined;

/** Whether strangers may see a timeline. */
export const isPublic = (user: Pick<User, 'visibility' | 'suspendedAt'>): boolean =>
  user.visibility === 'public' && !isSuspended(user);

export const accountSuspended = () =>
  new AppError('account-suspended', 'The operator has suspended this account. Ask the operator of the service.');
