/** A start tag, an end tag, or both in one. */
export interface Tag {
  /** With its prefix, as it is written. */
  name: string;
  closes: boolean;
  /** True for `<a/>`, which has neither content nor an end tag. */
  empty: boolean;
  /** What stands behind the name. */
  attributes: string;
  /** The characters before the tag, CDATA among them; entities stay as they are written. */
  text: string;
}

/**
 * Goes through XML from tag to tag, in time linear in its length, and builds nothing. It checks no rules: text without
 * a further tag is the end. Comments, instructions and declarations are skipped, so that no entity is ever defined.
 */
export class XmlScanner {
  readonly #xml: string;
  #at = 0;

  constructor(xml: string) {
    this.#xml = xml;
  }

  /** The next tag; undefined at the end. */
  next(): Tag | undefined {
    let text = '';
    for (;;) {
      const start = this.#xml.indexOf('<', this.#at);
      if (start < 0) return undefined;
      text += this.#xml.slice(this.#at, start);
      const passed = PASSED_BY.find(([opening]) => this.#xml.startsWith(opening, start));
      if (!passed) return this.#tag(start + 1, text);
      const [opening, closing] = passed;
      const end = this.#xml.indexOf(closing, start + opening.length);
      if (end < 0) return undefined;
      if (opening === CDATA) text += this.#xml.slice(start + CDATA.length, end);
      this.#at = end + closing.length;
    }
  }

  /** Moves to the next end tag of that name, at the speed of a search. Returns false where there is none. */
  skipTo(name: string): boolean {
    const sought = `</${name}`;
    for (let end = this.#at; ; end += sought.length) {
      end = this.#xml.indexOf(sought, end);
      if (end < 0) return false;
      // A longer name may begin with this one.
      if (!/[\s>]/.test(this.#xml[end + sought.length] ?? '')) continue;
      this.#at = end;
      return true;
    }
  }

  #tag(start: number, text: string): Tag | undefined {
    const end = this.#endOfTag(start);
    if (end < 0) return undefined;
    this.#at = end + 1;
    const closes = this.#xml[start] === '/';
    const inside = this.#xml.slice(closes ? start + 1 : start, end);
    const name = /^[^\s/]*/.exec(inside)?.[0] ?? '';
    return { name, closes, empty: inside.endsWith('/'), attributes: inside.slice(name.length), text };
  }

  /** Where the `>` of a tag is; one in quotes is part of a value. */
  #endOfTag(start: number): number {
    for (let at = start; at < this.#xml.length; at += 1) {
      const character = this.#xml[at];
      if (character === '>') return at;
      if (character === '"' || character === "'") {
        at = this.#xml.indexOf(character, at + 1);
        if (at < 0) return -1;
      }
    }
    return -1;
  }
}

const CDATA = '<![CDATA[';

const PASSED_BY: readonly (readonly [opening: string, closing: string])[] = [
  ['<!--', '-->'],
  [CDATA, ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
];
