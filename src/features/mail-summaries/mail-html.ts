/** What the HTML part of a mail is made of. Texts are plain: they are escaped here. */
export interface MailHtml {
  title: string;
  greeting: string;
  photos: PhotoCell[];
  /** Said under the photos; nothing when empty. */
  rest: string;
  timelineUrl: string;
  unsubscribeUrl: string;
}

export interface PhotoCell {
  title: string;
  taken: string;
  url: string;
  /** Which attachment is its picture; none where there is none. */
  cid: string | undefined;
  alt: string;
}

/**
 * Two columns at the most, as a table with its styles on the elements: what the mail programs of phones and desktops
 * show alike, in light and in dark.
 */
export function mailHtml({ title, greeting, photos, rest, timelineUrl, unsubscribeUrl }: MailHtml): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin: 0; padding: 24px 16px; font: 16px/1.5 system-ui, sans-serif">
<div style="max-width: 36em; margin: 0 auto">
<h1 style="font-size: 22px; line-height: 1.25; margin: 0 0 12px; overflow-wrap: anywhere">${escapeHtml(title)}</h1>
<p style="margin: 0 0 20px">${escapeHtml(greeting)}</p>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout: fixed">
${pairs(photos).map(row).join('\n')}
</table>
${rest && `<p>${escapeHtml(rest)}</p>`}
<p>${link(timelineUrl, 'Your timeline')}</p>
<p style="font-size: 13px; color: #767676">You asked for these mails. ${link(unsubscribeUrl, 'Unsubscribe', SMALL)}</p>
</div>
</body>
</html>
`;
}

const SMALL = 'color: #767676';

const row = (cells: PhotoCell[]) =>
  `<tr>\n${cells.map(cell).join('\n')}\n${cells.length === 1 ? '<td></td>' : ''}</tr>`;

const cell = (photo: PhotoCell) => `<td width="50%" style="padding: 0 12px 20px 0; vertical-align: top">
${picture(photo)}<div style="font-size: 14px; line-height: 1.35; overflow-wrap: anywhere">${link(photo.url, photo.title)}<br>
<span style="color: #767676">${escapeHtml(photo.taken)}</span></div>
</td>`;

function picture({ cid, url, alt }: PhotoCell): string {
  if (cid === undefined) return '';
  const style = 'display: block; width: 100%; max-width: 256px; height: auto; border-radius: 6px; margin: 0 0 6px';
  return `<a href="${escapeHtml(url)}"><img src="cid:${cid}" alt="${escapeHtml(alt)}" style="${style}"></a>\n`;
}

const pairs = <T>(items: T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / 2) }, (_, at) => items.slice(2 * at, 2 * at + 2));

const link = (url: string, text: string, style = '') =>
  `<a href="${escapeHtml(url)}"${style && ` style="${style}"`}>${escapeHtml(text)}</a>`;

/** Safe as text and inside quoted attributes. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
