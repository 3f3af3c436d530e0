import { escapeHtml, link, mailPage } from './mail-page.ts';
import { whenOf, type Bounds, type Period } from './period.ts';
import { asText, photoLine, type PhotoLine } from './photo-line.ts';
import type { Posted } from './read-posted.ts';

/** Photos that are named one by one; the others are counted. */
const LISTED = 12;

/** What a mail says, in both its forms. */
export interface Composition {
  subject: string;
  text: string;
  html: string;
}

export interface SummaryPeriod extends Bounds {
  period: Period;
}

/** The summary of what was posted in a period. At least one photo was. */
export function composeSummary(posted: Posted, period: SummaryPeriod, publicUrl: string): Composition {
  const { user, photos } = posted;
  const count = countOf(posted);
  const when = whenOf(period.period, period);
  const lines = photos.slice(0, LISTED).map((photo) => photoLine(photo, publicUrl));
  const rest = photos.length > LISTED ? `Of ${count}, these are the newest ${LISTED}.` : '';
  const timeline = `${publicUrl}/user/${user.handle}/web/`;
  const greeting = `Hello ${user.handle}, you posted ${count} ${when}.`;
  const subject = `${capitalized(count)} ${when}`;
  return {
    subject,
    text: [greeting, ...lines.map(asText), rest, `Your timeline: ${timeline}`].filter(Boolean).join('\n\n'),
    html: mailPage({
      title: subject,
      content: [
        `<p>${escapeHtml(greeting)}</p>`,
        `<ul style="padding-left: 20px">`,
        ...lines.map(asItem),
        `</ul>`,
        rest && `<p>${escapeHtml(rest)}</p>`,
        `<p>${link(timeline, 'Your timeline')}</p>`,
      ]
        .filter(Boolean)
        .join('\n'),
    }),
  };
}

const NUMBER = new Intl.NumberFormat('en-GB');

function countOf({ photos, more }: Posted): string {
  if (more) return `more than ${NUMBER.format(photos.length)} photos`;
  return photos.length === 1 ? 'one photo' : `${NUMBER.format(photos.length)} photos`;
}

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const asItem = ({ title, taken, url }: PhotoLine) =>
  `<li style="margin: 0 0 8px">${link(url, title)}, ${escapeHtml(taken)}</li>`;
