/**
 * The one rule for every text that people write and others read: captions, descriptions, names, file names.
 *
 * Removed are characters that show nothing and change what the reader sees or what programs do with the text: controls
 * other than tab and line feed (NUL among them), halves of surrogate pairs, and the marks that override or isolate the
 * reading direction (`gpj.exe` read as `exe.jpg`). CR LF and CR become LF. All else stays: letters of every script,
 * joiners, variation selectors, and the marks that right-to-left text needs (U+200E, U+200F, U+061C).
 *
 * Lengths are counted afterwards. In a form, a text with U+FFFD is refused as `not-a-text`: the parser leaves that
 * character in the place of bytes that are not UTF-8, and to guess what they meant would store a wrong text.
 */
export function cleanText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(UNSEEN, '');
}

/** `cleanText` for what has one line: tabs and line breaks become spaces, and none are left around it. */
export function cleanLine(text: string): string {
  return cleanText(text)
    .replaceAll(/[\t\n]/g, ' ')
    .trim();
}

/** Whether bytes that are not in the encoding of a form have been lost on the way to this text. */
export const hasLostBytes = (text: string): boolean => text.includes('\ufffd');

const UNSEEN = /(?![\t\n])\p{Cc}|[\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;
