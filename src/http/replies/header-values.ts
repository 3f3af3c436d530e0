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
 * `Content-Disposition` of a download (RFC 6266, appendix D): the name in ASCII for programs that know only that, then the
 * true name in `filename*` (RFC 8187), which wins where it is known. The package content-disposition would leave `filename*`
 * out of most replies and put question marks in place of accented letters.
 */
export function attachment(fileName: string): string {
  return headerValue(`attachment; filename="${inAscii(fileName)}"; filename*=UTF-8''${encodeExtended(fileName)}`);
}

/** Letters lose their accents; each other character that needs quoting, or is not ASCII, becomes an underscore. */
function inAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\w .,()+=@~-]/gu, '_');
}

/** RFC 8187, 3.2.1: percent-encodes also what encodeURIComponent leaves but an attribute character may not be. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/['()*]/g, percent);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
