/** How a gain map is applied (ISO 21496-1, clause 5). Lists have a number for each channel, or one for all of them. */
export interface GainMapMetadata {
  /** Binary logarithms. */
  min: number[];
  max: number[];
  gamma: number[];
  baseOffset: number[];
  alternateOffset: number[];
  /** Binary logarithms of how much brighter than white a screen is where the map begins to count, and counts fully. */
  baseHeadroom: number;
  alternateHeadroom: number;
}

export const ISO_PREFIX = Buffer.from('urn:iso:std:iso:ts:21496:-1\0', 'latin1');
export const XMP_PREFIX = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
const NAMESPACE = 'http://ns.adobe.com/hdr-gain-map/1.0/';

/**
 * Reads the binary form (ISO 21496-1, annex C). Undefined where the base picture is the one of high dynamic range.
 * @throws RangeError when it is cut off.
 */
export function readIso(bytes: Buffer): GainMapMetadata | undefined {
  const flags = bytes.readUInt8(4);
  if (bytes.readUInt16BE(0) !== 0 || flags & BACKWARD) return undefined;
  let at = 5;
  const common = flags & COMMON_DENOMINATOR ? bytes.readUInt32BE((at += 4) - 4) : undefined;
  const next = (signed = false) => {
    const numerator = signed ? bytes.readInt32BE(at) : bytes.readUInt32BE(at);
    const denominator = common ?? bytes.readUInt32BE(at + 4);
    at += common === undefined ? 8 : 4;
    return numerator / denominator;
  };
  const [baseHeadroom, alternateHeadroom] = [next(), next()];
  const channels = Array.from({ length: flags & MULTICHANNEL ? 3 : 1 }, () => ({
    min: next(true),
    max: next(true),
    gamma: next(),
    baseOffset: next(true),
    alternateOffset: next(true),
  }));
  const of = (name: ChannelField) => channels.map((channel) => channel[name]);
  return requireSound({
    min: of('min'),
    max: of('max'),
    gamma: of('gamma'),
    baseOffset: of('baseOffset'),
    alternateOffset: of('alternateOffset'),
    baseHeadroom,
    alternateHeadroom,
  });
}

type ChannelField = 'min' | 'max' | 'gamma' | 'baseOffset' | 'alternateOffset';

const [MULTICHANNEL, USES_BASE_COLOURS, COMMON_DENOMINATOR, BACKWARD] = [0x80, 0x40, 0x08, 0x04];

/** Six digits behind the point, as many as the writers of XMP give. */
const DENOMINATOR = 1_000_000;

/** The binary form, with the prefix of its segment. */
export function writeIso(metadata: GainMapMetadata): Buffer {
  const channels = Math.max(...FIELDS.map((field) => metadata[field].length));
  const numbers = [metadata.baseHeadroom, metadata.alternateHeadroom];
  for (let channel = 0; channel < channels; channel++) {
    for (const field of FIELDS) numbers.push(metadata[field][channel] ?? metadata[field][0] ?? 0);
  }
  const bytes = Buffer.alloc(9 + 4 * numbers.length);
  bytes[4] = (channels > 1 ? MULTICHANNEL : 0) | USES_BASE_COLOURS | COMMON_DENOMINATOR;
  bytes.writeUInt32BE(DENOMINATOR, 5);
  for (const [at, number] of numbers.entries()) bytes.writeInt32BE(Math.round(number * DENOMINATOR), 9 + 4 * at);
  return Buffer.concat([ISO_PREFIX, bytes]);
}

/** In the order of the binary form. */
const FIELDS = ['min', 'max', 'gamma', 'baseOffset', 'alternateOffset'] as const satisfies ChannelField[];

/** Reads the form of Adobe and of Android's Ultra HDR. Undefined for any other packet. */
export function readGainMapXmp(xmp: string): GainMapMetadata | undefined {
  if (!xmp.includes(NAMESPACE) || /true/i.test(textOf(xmp, 'BaseRenditionIsHDR'))) return undefined;
  const numbers = (name: string, usual: number) => {
    const found =
      textOf(xmp, name)
        .match(/-?\d[\d.]*(?:e-?\d+)?/gi)
        ?.map(Number) ?? [];
    return found.length === 3 || found.length === 1 ? found : [usual];
  };
  const [baseHeadroom = 0] = numbers('HDRCapacityMin', 0);
  const [alternateHeadroom = NaN] = numbers('HDRCapacityMax', NaN);
  return requireSound({
    min: numbers('GainMapMin', 0),
    max: numbers('GainMapMax', NaN),
    gamma: numbers('Gamma', 1),
    baseOffset: numbers('OffsetSDR', 1 / 64),
    alternateOffset: numbers('OffsetHDR', 1 / 64),
    baseHeadroom,
    alternateHeadroom,
  });
}

/** Characters that three numbers take, with their elements around them. */
const LONGEST_VALUE_CHARACTERS = 500;

/** What stands in the attribute or the element of this name; empty if there is neither. */
function textOf(xmp: string, name: string): string {
  const at = xmp.indexOf(`hdrgm:${name}`);
  if (at < 0) return '';
  const value = xmp.slice(at + 6 + name.length, at + 6 + name.length + LONGEST_VALUE_CHARACTERS);
  if (value.startsWith('="')) return value.slice(2).split('"', 1)[0] ?? '';
  return value.startsWith('>') ? (value.slice(1).split('</hdrgm:', 1)[0] ?? '') : '';
}

/** The XMP of a map, with the prefix of its segment. */
export function writeXmp(metadata: GainMapMetadata): Buffer {
  const lists = [
    list('GainMapMin', metadata.min),
    list('GainMapMax', metadata.max),
    list('Gamma', metadata.gamma),
    list('OffsetSDR', metadata.baseOffset),
    list('OffsetHDR', metadata.alternateOffset),
  ];
  const attributes = [
    'hdrgm:Version="1.0"',
    'hdrgm:BaseRenditionIsHDR="False"',
    `hdrgm:HDRCapacityMin="${metadata.baseHeadroom}"`,
    `hdrgm:HDRCapacityMax="${metadata.alternateHeadroom}"`,
    ...lists.flatMap(({ attribute }) => attribute ?? []),
  ];
  return packet(attributes, lists.map(({ element = '' }) => element).join(''));
}

/** The XMP of a picture that is followed by a map of so many bytes (Ultra HDR 1.1, "GContainer"). */
export function writePrimaryXmp(mapBytes: number): Buffer {
  const item = (attributes: string) => `<rdf:li rdf:parseType="Resource"><Container:Item ${attributes}/></rdf:li>`;
  const items = [
    item('Item:Semantic="Primary" Item:Mime="image/jpeg"'),
    item(`Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="${mapBytes}"`),
  ];
  const attributes = [
    'xmlns:Container="http://ns.google.com/photos/1.0/container/"',
    'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"',
    'hdrgm:Version="1.0"',
  ];
  return packet(attributes, `<Container:Directory><rdf:Seq>${items.join('')}</rdf:Seq></Container:Directory>`);
}

/** One number stands in an attribute, which is all that Ultra HDR 1.0 knows; three need an element. */
function list(name: string, values: number[]): { attribute?: string; element?: string } {
  if (values.length === 1) return { attribute: `hdrgm:${name}="${values[0]}"` };
  const items = values.map((value) => `<rdf:li>${value}</rdf:li>`).join('');
  return { element: `<hdrgm:${name}><rdf:Seq>${items}</rdf:Seq></hdrgm:${name}>` };
}

function packet(attributes: string[], elements: string): Buffer {
  const description = `<rdf:Description xmlns:hdrgm="${NAMESPACE}" ${attributes.join(' ')}>${elements}</rdf:Description>`;
  const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${description}</rdf:RDF>`;
  return Buffer.concat([XMP_PREFIX, Buffer.from(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${rdf}</x:xmpmeta>`)]);
}

/** A map by which nothing can be computed is none. */
function requireSound(metadata: GainMapMetadata): GainMapMetadata | undefined {
  const numbers = [...FIELDS.flatMap((field) => metadata[field]), metadata.baseHeadroom, metadata.alternateHeadroom];
  const areSound = numbers.every((number) => Number.isFinite(number) && Math.abs(number) < 1000);
  return areSound && metadata.gamma.every((gamma) => gamma > 0) ? metadata : undefined;
}
