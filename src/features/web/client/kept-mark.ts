const NAME = 'uploads';

/** Whether this browser keeps uploads of an earlier page. A page without any loads no script for them. */
export function hasKeptUploads(): boolean {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    // A browser that refuses storage keeps none.
    return false;
  }
}

export function markKeptUploads(any: boolean): void {
  if (any) localStorage.setItem(NAME, '1');
  else localStorage.removeItem(NAME);
}
