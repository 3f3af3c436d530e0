import { z } from 'zod';
import type { Attempt } from '../../background/attempt.ts';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { timeZone } from '../../runtime/time-zone.ts';
import { boundsOf, duePeriods, whenOf, type SummaryPeriod } from './period.ts';
import { readPosted, type Posted } from './read-posted.ts';
import { sendPhotoMail, whyNot, type PhotoMailDeps } from './send-photo-mail.ts';
import { capitalized, composeMail, countOf, type Composition, type Frame } from './compose-mail.ts';

const Payload = z.object({ user: UserIdText, period: z.enum(['day', 'week']) });

/**
 * Mails one user the photos posted in each day, or week, whose summary is due in the user's time zone and has not been
 * sent. Without new photos there is no mail.
 */
export const sendSummary = defineJob({
  name: 'send-summary',
  payload: Payload,
  async run(deps: PhotoMailDeps, { user, period }, attempt) {
    const reader = await deps.store.user(user);
    if (!reader) return 'nothing-to-do';
    const refusal = whyNot(deps, reader, 'summary');
    if (refusal) return refusal;
    const due = dueFor(deps, reader, period);
    const outcomes: string[] = [];
    for (const key of due) outcomes.push(`${key}: ${await summarize(deps, { user, reader, period, key }, attempt)}`);
    return outcomes.join(', ') || 'nothing-due';
  },
});

const dueFor = ({ clock }: PhotoMailDeps, reader: User, period: SummaryPeriod) =>
  duePeriods(period, { zone: timeZone(reader.timeZone), since: reader.summarySince ?? Infinity, now: clock.now() });

interface Summary {
  user: UserId;
  reader: User;
  period: SummaryPeriod;
  key: string;
}

async function summarize(
  deps: PhotoMailDeps,
  { user, reader, period, key }: Summary,
  attempt: Attempt,
): Promise<string> {
  const bounds = boundsOf(period, key, timeZone(reader.timeZone));
  const posted = bounds && (await readPosted(deps.store, user, bounds));
  if (!posted?.photos.length) return 'nothing-new';
  const compose = composeSummary.bind(undefined, posted, { period, key });
  return sendPhotoMail(deps, { user, name: `${period}-${key}`, subscription: 'summary', posted, compose }, attempt);
}

/** Composes the summary of a day or a week. There is at least one photo. */
export function composeSummary(
  posted: Posted,
  about: { period: SummaryPeriod; key: string },
  frame: Frame,
): Composition {
  const count = countOf(posted);
  const when = whenOf(about.period, about.key);
  const greeting = `Hello ${posted.user.handle}, you posted ${count} ${when}.`;
  return composeMail(posted, { subject: `${capitalized(count)} ${when}`, greeting }, frame);
}
