/** Files that systems put into folders by themselves. */
const NO_PHOTO = /^(?:\..*|Thumbs\.db|desktop\.ini)$/i;

/** All files of a drop, also those in folders. Must be called while the event is handled. */
export function filesIn({ items, files }: DataTransfer): Promise<File[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  // Browsers give no entries to scripts that make a drop themselves.
  return entries.length === 0 ? Promise.resolve([...files]) : filesBelow(entries);
}

/** The photos among the files of a chosen folder: all but those that systems put there. */
export const photosAmong = (files: Iterable<File>): File[] => [...files].filter(({ name }) => !NO_PHOTO.test(name));

async function filesBelow(entries: readonly FileSystemEntry[]): Promise<File[]> {
  const found: File[] = [];
  for (const entry of entries) {
    if (entry.isFile) found.push(await new Promise<File>((...ends) => (entry as FileSystemFileEntry).file(...ends)));
    else found.push(...photosAmong(await filesBelow(await childrenOf(entry as FileSystemDirectoryEntry))));
  }
  return found;
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  // A reader gives at most 100 entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((...ends) => reader.readEntries(...ends));
    if (some.length === 0) return children;
    children.push(...some);
  }
}
