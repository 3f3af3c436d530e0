/** Shows which keys do what, in a dialog. A second call closes it. */
export function showKeys(keys: readonly (readonly [keys: string, does: string, ...unknown[]])[]): void {
  const shown = document.querySelector<HTMLDialogElement>('dialog.keys');
  if (shown) return shown.close();
  const dialog = document.createElement('dialog');
  dialog.className = 'keys';
  dialog.setAttribute('aria-label', 'Keys');
  const list = document.createElement('dl');
  for (const [key, does] of keys) {
    const [term, meaning] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = key;
    meaning.textContent = does;
    list.append(term, meaning);
  }
  const close = Object.assign(document.createElement('button'), { textContent: 'Close', className: 'quiet' });
  close.addEventListener('click', () => dialog.close());
  dialog.append(list, close);
  dialog.addEventListener('keydown', (event) => {
    // The lightbox below would close, too.
    event.stopPropagation();
    if (event.key === '?') dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
