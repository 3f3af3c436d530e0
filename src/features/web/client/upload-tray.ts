/** The form that uploads photos. The tray behind it is loaded with the first file. */
export class UploadTray extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector('form');
    const input = form?.querySelector<HTMLInputElement>('input[type="file"]');
    if (!form || !input) return;
    input.multiple = true;
    form.addEventListener('submit', (event) => {
      const files = [...(input.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      const caption = form.querySelector<HTMLInputElement>('[name="caption"]')?.value ?? '';
      form.reset();
      void this.#take(files, caption);
    });
    addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    });
    addEventListener('drop', (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void this.#take(files);
    });
    addEventListener('paste', (event) => void this.#take([...(event.clipboardData?.files ?? [])]));
  }

  async #take(files: File[], caption = ''): Promise<void> {
    if (files.length === 0) return;
    const { showTray } = await import('./upload-rows.ts');
    showTray(this).add(files, caption);
  }
}
