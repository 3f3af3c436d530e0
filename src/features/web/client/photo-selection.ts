/** The form of selected photos: Shift chooses a range, a day is chosen without another page, and the count is told. */
export class PhotoSelection extends HTMLElement {
  readonly #count = document.createElement('p');
  readonly #stop = new AbortController();
  #last: HTMLInputElement | undefined;
  #shift = false;

  connectedCallback(): void {
    const form = this.querySelector('form');
    if (!form) return;
    this.#count.setAttribute('role', 'status');
    form.prepend(this.#count);
    const { signal } = this.#stop;
    document.addEventListener('click', (event) => this.#onClick(event), { signal });
    document.addEventListener('change', () => this.#show(), { signal });
    this.#show();
  }

  disconnectedCallback(): void {
    this.#stop.abort();
  }

  #onClick(event: MouseEvent): void {
    const target = event.target as Element;
    const day = target.closest('.day-select')?.closest('section');
    if (day) {
      event.preventDefault();
      const boxes = boxesOf(day);
      choose(boxes, !boxes.every(({ checked }) => checked));
      this.#show();
    } else if (!(target instanceof HTMLInputElement)) {
      // The click on the picture comes first, the one on its checkbox after it.
      this.#shift = event.shiftKey;
    } else if (target.name === 'photo') {
      if (event.shiftKey || this.#shift) choose(rangeOf(this.#last, target), target.checked);
      this.#shift = false;
      this.#last = target;
    }
  }

  #show(): void {
    this.#count.textContent = `${boxesOf(document).filter(({ checked }) => checked).length} selected`;
  }
}

const boxesOf = (part: ParentNode) => [...part.querySelectorAll<HTMLInputElement>('input[name="photo"]')];

function choose(boxes: readonly HTMLInputElement[], checked: boolean): void {
  for (const box of boxes) box.checked = checked;
}

/** The checkboxes from one to another, in the order of the page. */
function rangeOf(from: HTMLInputElement | undefined, to: HTMLInputElement): HTMLInputElement[] {
  const boxes = boxesOf(document);
  const [first, last] = [from ? boxes.indexOf(from) : boxes.indexOf(to), boxes.indexOf(to)];
  return boxes.slice(Math.min(first, last), Math.max(first, last) + 1);
}
