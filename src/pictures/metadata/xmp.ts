import { isUtf8 } from 'node:buffer';
import { XmlScanner, type Tag } from './xml-scanner.ts';

/**
 * Reads the values of the wanted properties of an XMP packet, by their local names (ISO 16684-1, clause 7). The first
 * value of a property counts; of a list its first item, and of `dc:subject` all. Text before and behind `rdf:RDF` is
 * skipped. A packet that ends early gives the values before its end.
 */
export function readXmp(packet: Buffer, wanted: ReadonlySet<string>): XmpProperties {
  const found = new Map<string, string>();
  const subjects: string[] = [];
  const keep = (name: string, value: string): void => {
    if (!wanted.has(name) || (found.has(name) && name !== SUBJECT)) return;
    const text = decodeEntities(value.slice(0, LONGEST_VALUE_CHARACTERS)).trim();
    if (!text) return;
    found.set(name, text);
    if (name === SUBJECT && subjects.length < MOST_SUBJECTS) subjects.push(text);
  };
  const scanner = new XmlScanner(textOf(packet));
  /** Local names of the open elements, from `RDF` inwards. */
  const path: string[] = [];
  for (let tags = 0; tags < MOST_TAGS; tags += 1) {
    const tag = scanner.next();
    if (!tag) break;
    const name = localName(tag.name);
    if (tag.closes) {
      if (isValue(path)) keep(path[2] ?? '', tag.text);
      path.pop();
      if (path.length === 0 && name === 'RDF') break;
    } else if (path.length > 0 || name === 'RDF') {
      if (path.length === 1) attributesOf(tag, keep);
      if (tag.empty) continue;
      path.push(name);
      // Most of a large packet is properties that are not wanted: the history of a document, its previews.
      if (path.length === 3 && !wanted.has(name) && !scanner.skipTo(tag.name)) break;
    }
  }
  return { first: found, subjects };
}

interface XmpProperties {
  first: Map<string, string>;
  /** What the picture is about, as its owner has tagged it. */
  subjects: string[];
}

const SUBJECT = 'subject';
const MOST_SUBJECTS = 100;

/** In characters. */
const LONGEST_VALUE_CHARACTERS = 1000;

/** What a packet may have of these; programs write hundreds. More would keep the event loop busy. */
const MOST_TAGS = 10_000;
const MOST_ATTRIBUTES = 5000;

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** Elements that may stand between a property and its text: lists, and the value of a qualified one. */
const AROUND_TEXT = new Set(['Seq', 'Bag', 'Alt', 'li', 'value', 'Description']);

/** The path is RDF, a description, a property, then what may stand around its text. */
function isValue(path: string[]): boolean {
  return path.length > 2 && path.at(-1) !== 'Description' && path.slice(3).every((name) => AROUND_TEXT.has(name));
}

const ATTRIBUTE = /(?<=\s)([^\s=/"'<>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Simple properties stand as attributes of their description (7.9.2.2). */
function attributesOf({ attributes }: Tag, keep: (name: string, value: string) => void): void {
  let left = MOST_ATTRIBUTES;
  for (const [, name = '', double, single = ''] of attributes.matchAll(ATTRIBUTE)) {
    if (!name.startsWith('xmlns')) keep(localName(name), double ?? single);
    if ((left -= 1) === 0) return;
  }
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five names that XML predefines, and numbers; any other entity stays as it is written. */
function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (whole, hex, decimal, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Recognizes UTF-16 by its byte order mark, or by the zeros in the name of the outermost element. */
function textOf(packet: Buffer): string {
  const at = packet.indexOf('R\0D\0F', 'latin1');
  if (packet.includes('RDF') || at < 0) return new TextDecoder(isUtf8(packet) ? 'utf-8' : 'latin1').decode(packet);
  const bigEndian = packet[0] === 0xfe || (packet[0] !== 0xff && at % 2 === 1);
  return new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le').decode(packet);
}
