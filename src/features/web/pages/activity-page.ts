import type { Activity } from '../../activity/read-activity.ts';
import type { Photo } from '../../photos/schemas.ts';
import type { EventKind } from '../../../data/rules/events.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { clockIn, dayIn, writeDay } from '../parts/dates.ts';
import { renderPage } from '../parts/layout.ts';
import { pagingLinks } from '../parts/paging.ts';
import { altOf, placeholder } from '../parts/photo-figure.ts';

interface ActivityPage {
  handle: string;
  /** In which days begin and end. */
  timeZone: string;
  activity: Activity;
  /** In the order of posting, newest first. */
  uploads: readonly Photo[];
  /** The photos that events name, as far as they still exist. */
  named: readonly Photo[];
  next: string | null;
  prev: string | null;
}

/** Renders what happened in an account, day by day: each stretch of the same is one line. */
export function renderActivity({ handle, timeZone, activity, uploads, named, next, prev }: ActivityPage): string {
  const photos = new Map([...named, ...uploads].map((photo) => [photo.id, photo]));
  const happened = [
    ...uploads.map(({ id, postedAt }) => ({ at: Date.parse(postedAt), kind: 'upload' as const, photo: id, count: 1 })),
    ...activity.events
      // Photos that were uploaded are told by themselves.
      .filter(({ kind }) => kind !== 'upload')
      .map(({ at, kind, photo, photos: count = 1 }) => ({ at, kind, photo, count })),
  ].sort((a, b) => b.at - a.at);
  const days = [...Map.groupBy(happened, ({ at }) => dayIn(timeZone, at))];
  return renderPage({
    title: 'Activity',
    signedIn: handle,
    current: '/activity',
    main: html`<div class="activity">
      <h1>Activity</h1>
      ${days.length === 0 && html`<p class="empty">Nothing has happened yet.</p>`}
      ${days.map(
        ([day, events]) =>
          html`<section aria-labelledby="day-${day}">
            <h2 id="day-${day}"><time datetime="${day}">${writeDay(day)}</time></h2>
            <ol>
              ${stretchesOf(events).map((stretch) => line(stretch, photos, timeZone))}
            </ol>
          </section>`,
      )}
      ${activity.before !== null && html`<p class="hint">Only the latest edits, deletions and sign-ins are kept.</p>`}
      ${pagingLinks('/activity', { next, prev })}
    </div>`,
  });
}

interface Happened {
  /** Milliseconds since the Unix epoch. */
  at: number;
  kind: EventKind;
  photo?: string | undefined;
  count: number;
}

/** A pause after which the same is told in a line of its own. */
const PAUSE_MS = 2 * 3_600_000;

/** Groups the same events of a day, newest first, without long pauses between them. */
function stretchesOf(events: readonly Happened[]): [Happened, ...Happened[]][] {
  const stretches: [Happened, ...Happened[]][] = [];
  for (const event of events) {
    const stretch = stretches.findLast(([{ kind }]) => kind === event.kind);
    if (stretch && (stretch.at(-1)?.at ?? 0) - event.at <= PAUSE_MS) stretch.push(event);
    else stretches.push([event]);
  }
  return stretches;
}

function line(stretch: [Happened, ...Happened[]], photos: ReadonlyMap<string, Photo>, timeZone: string): Content {
  const [last] = stretch;
  const [from, to] = [clockIn(timeZone, stretch.at(-1)?.at ?? last.at), clockIn(timeZone, last.at)];
  const ids = [...new Set(stretch.flatMap(({ photo }) => photo ?? []))];
  const shown = ids.flatMap((id) => photos.get(id) ?? []);
  const count = last.kind === 'erase' ? stretch.reduce((sum, { count }) => sum + count, 0) : ids.length;
  return html`<li>
    <p>
      <time datetime="${new Date(last.at).toISOString()}">${from === to ? to : `${from} to ${to}`}</time>
      ${isOfAccount(last.kind) ? times(ACCOUNT_WORDS[last.kind], stretch.length) : `${count} ${count === 1 ? 'photo' : 'photos'} ${WORDS[last.kind]}`}
    </p>
    ${shown.length > 0 && thumbnails(shown)}
  </li> `;
}

const times = (words: string, count: number) => (count === 1 ? words : `${words} ${count} times`);

/** What concerns no photo. */
const ACCOUNT_WORDS = {
  'sign-in': 'Signed in',
  'token-made': 'Made an access key',
  'token-revoked': 'Deleted an access key',
  suspended: 'The operator suspended this account',
  unsuspended: 'The operator ended the suspension of this account',
  'share-revoked': 'The operator ended a shared link',
} as const satisfies Partial<Record<EventKind, string>>;

type AccountEventKind = keyof typeof ACCOUNT_WORDS;

const isOfAccount = (kind: EventKind): kind is AccountEventKind => Object.hasOwn(ACCOUNT_WORDS, kind);

const WORDS: Record<Exclude<EventKind, AccountEventKind>, string> = {
  upload: 'uploaded',
  edit: 'edited',
  trash: 'moved to the trash',
  restore: 'taken out of the trash',
  erase: 'deleted for good',
  reject: 'not kept, because the file arrived with faults: upload it again',
};

/** Pictures beside a line. */
const SHOWN = 8;

const thumbnails = (photos: readonly Photo[]) =>
  html`<ul class="thumbs">
    ${photos.slice(0, SHOWN).map(thumbnail)}
    ${photos.length > SHOWN && html`<li><a href="/recent">and ${photos.length - SHOWN} more</a></li>`}
  </ul>`;

const thumbnail = (photo: Photo) =>
  html`<li>
    <a class="thumb" href="/photo/${photo.id}">
      ${
        photo.state === 'failed'
          ? html`<bdi>${photo.fileName ?? 'A file'}</bdi>`
          : html`${placeholder(photo)}
              <img src="${photo.variants.thumb.url}" alt="${altOf(photo)}" width="72" height="72" loading="lazy" />`
      }
    </a>
  </li> `;
