import { callApi } from './upload-api.ts';

/** Time without a key after which suggestions are fetched. */
const PAUSE_MS = 150;

interface Suggestions {
  suggestions: { text: string; count: number }[];
}

/** Suggests what goes on the last word, by the list of the browser's own that keys and screen readers know. */
export class SearchBox extends HTMLElement {
  #wait = 0;
  #asked = 0;

  connectedCallback(): void {
    const input = this.querySelector('input');
    if (!input) return;
    const list = document.createElement('datalist');
    list.id = `suggestions-${document.querySelectorAll('datalist').length}`;
    this.append(list);
    input.setAttribute('list', list.id);
    input.addEventListener('input', () => {
      clearTimeout(this.#wait);
      this.#wait = setTimeout(() => void this.#suggest(input.value, list), PAUSE_MS);
    });
  }

  /** Without an answer there are no suggestions, and the search works all the same. */
  async #suggest(text: string, list: HTMLDataListElement): Promise<void> {
    const asked = (this.#asked += 1);
    const path = `/v1/search/suggest?q=${encodeURIComponent(text)}`;
    const reply = (await callApi('GET', path, undefined, AbortSignal.timeout(5_000)).catch(() => undefined)) as
      Suggestions | undefined;
    if (asked !== this.#asked) return;
    const before = text.slice(0, text.search(/\S*$/));
    const texts = new Set((reply?.suggestions ?? []).map((suggestion) => suggestion.text));
    list.replaceChildren(...[...texts].map((suggestion) => new Option('', before + suggestion)));
  }
}
