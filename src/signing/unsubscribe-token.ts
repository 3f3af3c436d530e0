import { isId, type UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';

/** Which mails. */
export type Subscription = 'summary' | 'posts';

/** That the bearer may end a user's mails of one sort; nothing else. It never expires: old mails are read, too. */
export interface UnsubscribePass {
  user: UserId;
  subscription: Subscription;
}

/** The link in a mail that ends mails of this sort. */
export function unsubscribeUrl(
  { signingKeys, publicUrl }: { signingKeys: SigningKeys; publicUrl: string },
  { user, subscription }: UnsubscribePass,
): string {
  const message = `${user}.${subscription}`;
  const signature = sign(signingKeys, PURPOSE, message).toString('base64url');
  return `${publicUrl}/unsubscribe?token=${message}.${signature}`;
}

/** What a link permits; undefined when it is damaged or forged. */
export function readUnsubscribeToken(signingKeys: SigningKeys, token: string): UnsubscribePass | undefined {
  const [user = '', subscription = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || !isId(user) || !isSubscription(subscription)) return undefined;
  const genuine = verify(signingKeys, PURPOSE, `${user}.${subscription}`, Buffer.from(signature, 'base64url'));
  return genuine ? { user: user as UserId, subscription } : undefined;
}

const PURPOSE = 'unsubscribe';

const isSubscription = (text: string): text is Subscription => text === 'summary' || text === 'posts';
