/** The colour scheme in which a mail program shows a mail. */
export type Scheme = 'light' | 'dark';

interface Picture {
  /** Its Content-ID, without angle brackets. */
  id: string | undefined;
  type: string;
  bytes: Buffer;
}

/**
 * The content policy of a mail: styles and pictures, no script, no request to another site. The sandbox gives it an origin
 * of its own, so that it cannot reach the console either. Its links open in new tabs.
 */
export const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/**
 * The HTML of a mail as a program in this colour scheme shows it. Frames cannot be given a scheme of their own in all
 * browsers, so that the document is told: its media queries are decided, and its canvas is set.
 */
export function asShown(markup: string, scheme: Scheme, pictures: Picture[]): string {
  const decided = markup.replaceAll(/\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi, (_all, wanted: string) =>
    wanted.toLowerCase() === scheme ? '(min-width: 0)' : '(max-width: 0)',
  );
  const shown = decided.replaceAll(/\bcid:([^"'\s)>]+)/gi, (all, id: string) => pictureUrl(pictures, id) ?? all);
  return withHead(shown, `<style>:root { color-scheme: ${canvasOf(markup, scheme)} !important }</style>`);
}

/** Mail programs show a mail that does not know the dark scheme as it is, on white. */
const canvasOf = (markup: string, scheme: Scheme) =>
  scheme === 'dark' && /color-scheme[^;>]*dark/i.test(markup) ? 'only dark' : 'only light';

function pictureUrl(pictures: Picture[], id: string): string | undefined {
  const picture = pictures.find((candidate) => candidate.id === safelyDecoded(id));
  return picture && `data:${picture.type};base64,${picture.bytes.toString('base64')}`;
}

function safelyDecoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** At the end of the head, so that it counts most; links leave the frame. */
function withHead(markup: string, style: string): string {
  const added = `<base target="_blank">${style}`;
  const end = markup.search(/<\/head\s*>/i);
  return end < 0 ? `${added}${markup}` : `${markup.slice(0, end)}${added}${markup.slice(end)}`;
}
