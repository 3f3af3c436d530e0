import { html, renderDocument, type Content } from '../../runtime/html.ts';

/** The texts and pictures of the HTML part of a mail. */
interface MailHtml {
  title: string;
  greeting: string;
  photos: PhotoCell[];
  /** A sentence under the photos, or an empty text. */
  rest: string;
  /** Further photos under headings of their own. */
  sections?: readonly { title: string; photos: PhotoCell[] }[] | undefined;
  timelineUrl: string;
  unsubscribeUrl: string;
}

interface PhotoCell {
  title: string;
  taken: string;
  url: string;
  /** Content-ID of the attachment with its picture, if there is one. */
  cid: string | undefined;
  alt: string;
}

/**
 * Renders the HTML part of a mail: at most two columns, as a table with its styles on the elements. Mail programs of
 * phones and desktops show that alike, in light and in dark.
 */
export function mailHtml({
  title,
  greeting,
  photos,
  rest,
  sections = [],
  timelineUrl,
  unsubscribeUrl,
}: MailHtml): string {
  return renderDocument(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
      </head>
      <body style="margin: 0; padding: 24px 16px; font: 16px/1.5 system-ui, sans-serif">
        <div style="max-width: 36em; margin: 0 auto">
          <p style="margin: 0 0 4px; font-size: 13px">Photo Timeline</p>
          <h1 style="font-size: 22px; line-height: 1.25; margin: 0 0 12px; overflow-wrap: anywhere" dir="auto">
            ${title}
          </h1>
          <p style="margin: 0 0 20px">${greeting}</p>
          ${table(photos)} ${rest !== '' && html`<p>${rest}</p>`}
          ${sections.map(
            (section) =>
              html`<h2 style="font-size: 18px; line-height: 1.25; margin: 12px 0">${section.title}</h2>
                ${table(section.photos)}`,
          )}
          <p><a href="${timelineUrl}" style="${LINK_STYLE}">Your timeline</a></p>
          <p style="font-size: 13px">
            You asked for these mails. <a href="${unsubscribeUrl}" style="${LINK_STYLE}">Unsubscribe</a>
          </p>
        </div>
      </body>
    </html>`,
  );
}

const table = (photos: PhotoCell[]): Content =>
  photos.length > 0 &&
  html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout: fixed">
    ${pairs(photos).map(row)}
  </table>`;

const pairs = <T>(items: T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / 2) }, (_, at) => items.slice(2 * at, 2 * at + 2));

const row = (cells: PhotoCell[]): Content =>
  html`<tr>
    ${cells.map(cell)} ${cells.length === 1 && html`<td></td>`}
  </tr>`;

const cell = (photo: PhotoCell): Content =>
  html`<td width="50%" style="padding: 0 12px 20px 0; vertical-align: top">
    ${picture(photo)}
    <div style="font-size: 14px; line-height: 1.35; overflow-wrap: anywhere">
      <a href="${photo.url}" style="${LINK_STYLE}"><bdi>${photo.title}</bdi></a
      ><br />
      ${photo.taken}
    </div>
  </td>`;

/** The blue of links is too dark on the dark ground of some programs. */
const LINK_STYLE = 'color: inherit; text-decoration: underline';

const PICTURE_STYLE =
  'display: block; width: 100%; max-width: 256px; height: auto; border-radius: 6px; margin: 0 0 6px';

const picture = ({ cid, url, alt }: PhotoCell): Content =>
  cid !== undefined && html`<a href="${url}"><img src="cid:${cid}" alt="${alt}" style="${PICTURE_STYLE}" /></a>`;
