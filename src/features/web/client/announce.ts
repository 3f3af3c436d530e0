let region: HTMLElement | undefined;

/** Tells people who use a screen reader what has changed. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement('p');
    region.className = 'unseen';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  region.textContent = text;
}
