/** What a template takes: text is escaped, markup goes in as it is, nothing at all is left out. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** Markup that only the template below can make, so that no text of a user becomes some by mistake. */
class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  static markupOf(html: Html): string {
    return html.#markup;
  }
}
export type { Html };

/**
 * A tagged template of HTML. Whatever it is given is escaped, for text and for attributes alike; attributes must stand in
 * quotes. It cannot vouch for the scheme of a URL: links of users' making are not for it.
 */
export function html(literals: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(literals.reduce((markup, literal, at) => markup + markupOf(contents[at - 1]) + literal));
}

/** A whole document, ready to be sent. */
export function renderDocument(root: Html): string {
  return `<!doctype html>\n${Html.markupOf(root)}\n`;
}

function markupOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Html) return Html.markupOf(content);
  if (typeof content === 'string' || typeof content === 'number') return escape(String(content));
  return content.map(markupOf).join('');
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
