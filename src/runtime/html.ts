/** A value in a template. Text is escaped, markup is inserted as it is, and null, undefined and false are left out. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** Markup. Only the template below creates it, so that a user's text never becomes markup by mistake. */
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
 * Makes markup of a tagged template and escapes each value, for text and for quoted attributes. It does not check the
 * scheme of a URL: never insert a link that a user wrote.
 */
export function html(literals: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(literals.reduce((markup, literal, at) => markup + markupOf(contents[at - 1]) + literal));
}

/** Renders a whole document. */
export function renderDocument(root: Html): string {
  return `<!doctype html>\n${Html.markupOf(root)}\n`;
}

function markupOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Html) return Html.markupOf(content);
  if (typeof content === 'string' || typeof content === 'number') return escapeMarkup(String(content));
  return content.map(markupOf).join('');
}

/** Escapes a text for HTML and XML, also for quoted attributes. For HTML use `html`. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}
