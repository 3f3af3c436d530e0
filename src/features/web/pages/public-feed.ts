import type { SharedPhoto } from '../../photos/schemas.ts';
import { escapeMarkup } from '../../../runtime/html.ts';

interface PublicFeed {
  handle: string;
  /** The display name, or the handle without one. */
  name: string;
  /** When the account was made, in milliseconds since the Unix epoch: a feed without photos has no other time. */
  createdAt: number;
  /** In the order of posting, newest first. */
  photos: readonly SharedPhoto[];
  /** Cursor of the older page. */
  next: string | null;
  /** Cursor of this page; undefined for the first one. */
  cursor: string | undefined;
  /** The address of the service, without a slash at its end. */
  base: string;
}

/**
 * Renders a public timeline as an Atom feed (RFC 4287) of linked pages (RFC 5005, section 3). A photo counts as updated when
 * it was posted: lists do not know when its caption was edited.
 */
export function renderFeed({ handle, name, createdAt, photos, next, cursor, base }: PublicFeed): string {
  const page = `${base}/u/${encodeURIComponent(handle)}`;
  const at = (of: string | undefined | null) => (of ? `${page}/feed?cursor=${encodeURIComponent(of)}` : `${page}/feed`);
  const updated = photos[0]?.postedAt ?? new Date(createdAt).toISOString();
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${text(at(undefined))}</id>
  <title>${text(`Photos of ${name}`)}</title>
  <updated>${updated}</updated>
  <author><name>${text(name)}</name></author>
  <generator>Photo Timeline</generator>
  <link rel="self" type="application/atom+xml" href="${text(at(cursor))}"/>
  <link rel="alternate" type="text/html" href="${text(page)}"/>
${next === null ? '' : `  <link rel="next" type="application/atom+xml" href="${text(at(next))}"/>\n`}${photos.map((photo) => entry(page, photo)).join('')}</feed>
`;
}

function entry(page: string, { id, caption, alt, postedAt, takenAt, state }: SharedPhoto): string {
  const address = `${page}/${id}`;
  const words = caption && `<p>${escapeMarkup(caption)}</p>`;
  const picture = `<p><a href="${address}"><img src="${address}/image" alt="${escapeMarkup(alt || caption)}"></a></p>`;
  const title = caption.split('\n', 1)[0] || `Photo of ${takenAt.local.slice(0, 10)}`;
  return `  <entry>
    <id>${text(address)}</id>
    <title>${text(title)}</title>
    <published>${postedAt}</published>
    <updated>${postedAt}</updated>
    <link rel="alternate" type="text/html" href="${text(address)}"/>
${state === 'failed' ? '' : `    <link rel="enclosure" type="image/jpeg" href="${text(`${address}/image`)}"/>\n`}    <content type="html">${text(state === 'failed' ? words : `${picture}${words}`)}</content>
  </entry>
`;
}

/** Escapes a text, without the characters that XML 1.0 does not have (section 2.2). */
const text = (raw: string) => escapeMarkup(raw.replaceAll(NO_XML, ''));

const NO_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
