import { z } from 'zod';
import type { Attempt } from '../../background/attempt.ts';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { timeZone } from '../../runtime/time-zone.ts';
import { boundsOf, duePeriods, whenOf, type SummaryPeriod } from './period.ts';
import { readPosted, type Posted } from './read-posted.ts';
import { sendPhotoMail, whyNot, type PhotoMailDeps } from './send-photo-mail.ts';
import { capitalized, composeMail, countOf, type Composition, type Frame, type MailMemory } from './compose-mail.ts';
import { readMemoriesWithPhotos } from '../memories/read-memories.ts';
import { DAY_MS } from '../../runtime/durations.ts';

const Payload = z.object({ user: UserIdText, period: z.enum(['day', 'week']) });

/**
 * Mails one user the photos posted in each day, or week, whose summary is due in the user's time zone and has not been
 * sent. Without new photos there is no mail, unless the user wants memories and this day has some.
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
  const memories = await memoriesFor(deps, { user, reader, period, key });
  if (!posted || posted.photos.length + memories.length === 0) return 'nothing-new';
  const compose = composeSummary.bind(undefined, posted, { period, key, memories });
  const further = memories.flatMap(({ photos }) => photos);
  const mail = { user, name: `${period}-${key}`, subscription: 'summary', posted, further, compose } as const;
  return sendPhotoMail(deps, mail, attempt);
}

/** Years, and photos of each, that a mail shows. */
const YEARS = 6;
const PHOTOS_OF_A_YEAR = 2;

/** The memories of the morning on which the summary of a day is due, not of mornings that were missed. */
async function memoriesFor(
  { clock, store }: PhotoMailDeps,
  { user, reader, period, key }: Summary,
): Promise<MailMemory[]> {
  if (period !== 'day' || !reader.memoriesInMail) return [];
  const { year, month, day } = timeZone(reader.timeZone).dayAt(clock.now());
  const today = Date.UTC(year, month - 1, day);
  if (today - Date.parse(key) !== DAY_MS) return [];
  const { memories } = await readMemoriesWithPhotos(store, user, new Date(today).toISOString().slice(0, 10));
  return memories.slice(0, YEARS).map(({ title, photos }) => ({ title, photos: photos.slice(0, PHOTOS_OF_A_YEAR) }));
}

/** Composes the summary of a day or a week. There is at least one photo, or one memory. */
export function composeSummary(
  posted: Posted,
  about: { period: SummaryPeriod; key: string; memories?: readonly MailMemory[] },
  frame: Frame,
): Composition {
  const { memories } = about;
  const { handle } = posted.user;
  const [latest] = memories ?? [];
  if (posted.photos.length === 0 && latest) {
    const greeting = `Hello ${handle}, these are photos of this day in earlier years.`;
    return composeMail(posted, { subject: `This day, ${latest.title}`, greeting, memories }, frame);
  }
  const count = countOf(posted);
  const when = whenOf(about.period, about.key);
  const greeting = `Hello ${handle}, you posted ${count} ${when}.`;
  return composeMail(posted, { subject: `${capitalized(count)} ${when}`, greeting, memories }, frame);
}
