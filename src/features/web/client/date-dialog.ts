/** Builds the dialog that asks for a date, with the links to years and months: an endless list has no place below it. */
export function dateDialog(links: HTMLElement, onChosen: (period: string) => void): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  dialog.className = 'months';
  dialog.setAttribute('aria-label', 'Go to a date');
  const form = document.createElement('form');
  form.method = 'dialog';
  const date = Object.assign(document.createElement('input'), { type: 'date', required: true });
  const label = Object.assign(document.createElement('label'), { className: 'field' });
  label.append('Date ', date);
  const go = Object.assign(document.createElement('button'), { textContent: 'Go' });
  const close = Object.assign(document.createElement('button'), {
    textContent: 'Close',
    className: 'quiet',
    formNoValidate: true,
  });
  form.append(label, go, close);
  dialog.append(form, links);
  form.addEventListener('submit', ({ submitter }) => {
    if (submitter === go) onChosen(date.value);
  });
  links.addEventListener('click', (event) => {
    const link = (event.target as Element).closest('a');
    const from = link && new URL(link.href).searchParams.get('from');
    if (!from || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.close();
    onChosen(from);
  });
  return dialog;
}
