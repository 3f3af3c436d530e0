/** Lets the person choose files, outside the form. */
export function chooseFiles(
  options: { accept?: string; capture?: string; webkitdirectory?: true },
  take: (files: File[]) => void,
): void {
  const input = document.createElement('input');
  Object.assign(input, { type: 'file', hidden: true });
  // Not every browser has a property for each of these attributes.
  for (const [name, value] of Object.entries(options)) input.setAttribute(name, value === true ? '' : value);
  input.addEventListener('change', () => take([...(input.files ?? [])]));
  for (const end of ['change', 'cancel']) input.addEventListener(end, () => input.remove());
  // A browser may drop an input that is in no document, and its choice with it.
  document.body.append(input);
  input.click();
}
