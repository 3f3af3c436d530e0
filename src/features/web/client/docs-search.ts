/** Shows the operations that have all words of the field while a person types. Without it, the form asks the service. */
export class DocsSearch extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector('input');
    const status = this.querySelector('[role=status]');
    if (!input || !status) return;
    const all = status.textContent;
    input.addEventListener('input', () => {
      const found = this.#show(input.value.trim().toLowerCase());
      if (input.value.trim() === '') status.textContent = all;
      else
        status.textContent = found === 0 ? 'No operation has these words.' : `Operations with these words: ${found}.`;
    });
    this.querySelector('form')?.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#links()[0]?.click();
    });
    this.addEventListener('keydown', (event) => this.#move(event, input));
    document.addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.focus();
    });
  }

  /** Returns how many operations are shown. Those of a page of results are all that there are. */
  #show(search: string): number {
    const words = search.split(/\s+/);
    let found = 0;
    for (const section of this.querySelectorAll('section')) {
      const tag = section.querySelector('h2')?.textContent ?? '';
      let shown = 0;
      for (const article of section.querySelectorAll('article')) {
        const text = [tag, article.querySelector('h3'), article.querySelector('.summary')]
          .map((part) => (typeof part === 'string' ? part : (part?.textContent ?? '')))
          .join(' ')
          .toLowerCase();
        article.hidden = !words.every((word) => text.includes(word));
        if (!article.hidden) shown += 1;
        const link = this.querySelector(`nav a[href="#${article.id}"]`)?.closest('li');
        if (link) link.hidden = article.hidden;
      }
      section.hidden = shown === 0;
      found += shown;
    }
    return found;
  }

  /** Arrows go from the field through the operations that were found; Escape clears the field. */
  #move(event: KeyboardEvent, input: HTMLInputElement): void {
    const steps = [input, ...this.#links()];
    const at = steps.findIndex((step) => step === document.activeElement);
    if (event.key === 'Escape' && at >= 0) {
      input.value = '';
      input.dispatchEvent(new Event('input'));
      input.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || at < 0) return;
    event.preventDefault();
    steps[Math.max(0, at + step)]?.focus();
  }

  #links(): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>('nav li:not([hidden]) a')];
  }
}
