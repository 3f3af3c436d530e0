import type { ExportedPhoto } from './manifest.ts';

/**
 * The words of the owner as an XMP packet (ISO 16684-1). Properties are those that photo programs read: Dublin Core, XMP,
 * Photoshop, EXIF, and IPTC Core for the alt text. The time stands in it where the owner has set it: else the file has it.
 */
export function sidecarOf(photo: ExportedPhoto): string {
  const { caption, alt, tags, rating, takenAt, location, place } = photo;
  const time = takenAt.source === 'user' ? ownersTime(takenAt) : '';
  const properties = [
    element('dc:description', languages(caption)),
    element('Iptc4xmpCore:AltTextAccessibility', languages(alt)),
    element(
      'dc:subject',
      tags.length > 0 ? `<rdf:Bag>${tags.map((tag) => element('rdf:li', escaped(tag))).join('')}</rdf:Bag>` : '',
    ),
    element('xmp:Rating', rating === null ? '' : String(rating)),
    element('exif:DateTimeOriginal', time),
    element('photoshop:DateCreated', time),
    element('exif:GPSLatitude', location ? degrees(location.latitude, 'N', 'S') : ''),
    element('exif:GPSLongitude', location ? degrees(location.longitude, 'E', 'W') : ''),
    element('photoshop:City', escaped(place?.city ?? '')),
    element('photoshop:State', escaped(place?.region ?? '')),
    element('photoshop:Country', escaped(place?.country ?? '')),
    element('Iptc4xmpCore:CountryCode', escaped(place?.code ?? '')),
  ];
  const lines = properties.filter(Boolean).map((property) => `   ${property}\n`);
  return `${HEAD}${lines.join('')}${FOOT}`;
}

const HEAD = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">
`;

const FOOT = `  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`;

const element = (name: string, content: string) => (content === '' ? '' : `<${name}>${content}</${name}>`);

const languages = (text: string) =>
  text === '' ? '' : `<rdf:Alt><rdf:li xml:lang="x-default">${escaped(text)}</rdf:li></rdf:Alt>`;

/** Characters that XML 1.0 (2.2) does not permit, even escaped. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** A carriage return would be read as a line feed (XML 1.0, 2.11). */
const escaped = (text: string) =>
  text
    .toWellFormed()
    .replaceAll(FORBIDDEN, '')
    .replaceAll(/[<>&"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** As much of the time as is known (XMP, part 1, 8.2.1.2). */
function ownersTime({ local, offset, precision }: ExportedPhoto['takenAt']): string {
  const length = { year: 4, month: 7, day: 10, minute: 16, second: undefined }[precision];
  const hasClock = precision === 'minute' || precision === 'second';
  return escaped(local.slice(0, length) + (hasClock ? (offset ?? '') : ''));
}

/** `52,30.0000000N` (XMP, part 2, GPSCoordinate). */
function degrees(value: number, positive: string, negative: string): string {
  const size = Math.abs(value);
  const minutes = ((size % 1) * 60).toFixed(7);
  const carried = Number(minutes) >= 60;
  return `${Math.floor(size) + Number(carried)},${carried ? '0.0000000' : minutes}${value < 0 ? negative : positive}`;
}
