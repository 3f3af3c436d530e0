import type { PhotoId } from '../../runtime/ids.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Attachment } from '../../mail/mail.ts';
import type { Memory } from '../memories/read-memories.ts';
import { mailHtml } from './mail-html.ts';
import { asText, photoLine } from './photo-line.ts';
import type { Posted } from './read-posted.ts';
import { once } from '../../runtime/lazy.ts';

/** Photos that a mail lists. It counts the others. */
export const LISTED = 12;

/** The parts of a mail: subject, text, HTML and pictures. */
export interface Composition {
  subject: string;
  text: string;
  html: string;
  attachments: Attachment[];
}

/** Texts that differ between mails. The greeting is one sentence. */
interface Wording {
  subject: string;
  greeting: string;
  /** Photos of this day in earlier years, which follow the new ones. */
  memories?: readonly MailMemory[] | undefined;
}

/** Photos of this day in one earlier year, and how long ago that is. */
export type MailMemory = Pick<Memory<Photo>, 'title' | 'photos'>;

/** Links and pictures of a mail. */
export interface Frame {
  publicUrl: string;
  unsubscribeUrl: string;
  /** JPEG thumbnails of the photos that have one. */
  thumbs: ReadonlyMap<PhotoId, Buffer>;
}

/** Composes a mail about photos, as text and as HTML. It shows the newest of them. */
export function composeMail(posted: Posted, { subject, greeting, memories = [] }: Wording, frame: Frame): Composition {
  const { user, photos } = posted;
  const { publicUrl, unsubscribeUrl, thumbs } = frame;
  const withLine = (photo: Photo) => ({ photo, line: photoLine(photo, publicUrl) });
  const listed = photos.slice(0, LISTED).map(withLine);
  const years = memories.map(({ title, photos }) => ({ title: `This day, ${title}`, photos: photos.map(withLine) }));
  const rest = photos.length > LISTED ? `Of ${countOf(posted)}, these are the newest ${LISTED}.` : '';
  const timelineUrl = `${publicUrl}/user/${user.handle}/web/`;
  const shown = new Set([...listed, ...years.flatMap(({ photos }) => photos)].map(({ photo }) => photo.id));
  const attachments = [...shown].flatMap((id) => attachmentsOf(id, thumbs.get(id)));
  const cellOf = ({ photo, line }: ReturnType<typeof withLine>) => ({
    ...line,
    cid: thumbs.has(photo.id) ? cidOf(photo.id) : undefined,
    alt: photo.alt || line.title,
  });
  const cells = listed.map(cellOf);
  const sections = years.map(({ title, photos }) => ({ title, photos: photos.map(cellOf) }));
  const textOfYears = years.flatMap(({ title, photos }) => [[title], photos.map(({ line }) => asText(line))].flat());
  const farewell = [`Your timeline: ${timelineUrl}`, `You asked for these mails. Unsubscribe: ${unsubscribeUrl}`];
  return {
    subject,
    text: [greeting, ...listed.map(({ line }) => asText(line)), rest, ...textOfYears, ...farewell]
      .filter(Boolean)
      .join('\n\n'),
    html: mailHtml({ title: subject, greeting, photos: cells, rest, sections, timelineUrl, unsubscribeUrl }),
    attachments,
  };
}

/** Writes a count: `one photo`, `12 photos`, `more than 1,000 photos`. */
export function countOf({ photos, more }: Posted): string {
  if (more) return `more than ${numberFormat().format(photos.length)} photos`;
  return photos.length === 1 ? 'one photo' : `${numberFormat().format(photos.length)} photos`;
}

export const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const numberFormat = once(() => new Intl.NumberFormat('en-GB'));

const attachmentsOf = (photo: PhotoId, thumb: Buffer | undefined): Attachment[] =>
  thumb ? [{ filename: `${photo}.jpg`, content: thumb, contentType: 'image/jpeg', cid: cidOf(photo) }] : [];

/** Unique like a Message-ID (RFC 2392), and without characters that need quoting. */
const cidOf = (photo: PhotoId) => `${photo}@photo-timeline`;
