import { capitalized, composeMail, countOf, type Composition, type Frame } from './compose-mail.ts';
import { whenOf, type Period } from './period.ts';
import type { Posted } from './read-posted.ts';

/** The summary of what was posted in a day or a week. At least one photo was. */
export function composeSummary(posted: Posted, about: { period: Period; key: string }, frame: Frame): Composition {
  const count = countOf(posted);
  const when = whenOf(about.period, about.key);
  const greeting = `Hello ${posted.user.handle}, you posted ${count} ${when}.`;
  return composeMail(posted, { subject: `${capitalized(count)} ${when}`, greeting }, frame);
}
