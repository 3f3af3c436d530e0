import { isId, type UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';

/** A kind of mails that a user can subscribe to. */
export type Subscription = 'summary' | 'posts';

/** Permits the bearer to end one subscription of a user, and nothing else. It never expires: old mails are read too. */
export interface UnsubscribePass {
  user: UserId;
  subscription: Subscription;
}

/** Returns the link in a mail that ends the subscription. */
export function unsubscribeUrl(
  { signingKeys, publicUrl }: { signingKeys: SigningKeys; publicUrl: string },
  { user, subscription }: UnsubscribePass,
): string {
  const message = `${user}.${subscription}`;
  const signature = sign(signingKeys, PURPOSE, message).toString('base64url');
  return `${publicUrl}/unsubscribe?token=${message}.${signature}`;
}

/** Reads a token. Returns undefined if it is damaged or forged. */
export function readUnsubscribeToken(signingKeys: SigningKeys, token: string): UnsubscribePass | undefined {
  const [user = '', subscription = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || !isId(user) || !isSubscription(subscription)) return undefined;
  const genuine = verify(signingKeys, PURPOSE, `${user}.${subscription}`, Buffer.from(signature, 'base64url'));
  return genuine ? { user: user as UserId, subscription } : undefined;
}

const PURPOSE = 'unsubscribe';

const isSubscription = (text: string): text is Subscription => text === 'summary' || text === 'posts';
