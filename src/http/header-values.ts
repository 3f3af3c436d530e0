/** Printable ASCII. App Engine drops a header with any other byte, and CR or LF would start a header of its own. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * A header value that was put together from data.
 * @throws RangeError when it has anything but printable ASCII in it.
 */
export function headerValue(text: string): string {
  if (!PLAIN.test(text)) throw new RangeError('A header value must be printable ASCII.');
  return text;
}

/**
 * `Content-Disposition` of a download (RFC 6266). The name goes into `filename*` alone (RFC 8187), which every browser
 * of today reads and which is plain ASCII whatever the name holds.
 */
export function attachment(fileName: string): string {
  return headerValue(`attachment; filename*=UTF-8''${encodeExtended(fileName)}`);
}

/** RFC 8187, 3.2.1: percent-encodes also what encodeURIComponent leaves but an attribute character may not be. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/['()*]/g, percent);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
