const MAX_PATH_CHARACTERS = 1000;

/**
 * Returns the path to open after a sign-in: the given path if it is on this host, else the front page. A browser would
 * read `//host` and `/\\host`, also with tabs or line breaks in it, as another host.
 */
export function ownPath(text: string | null | undefined): string {
  const base = 'http://ours.invalid';
  if (!text?.startsWith('/') || text.length > MAX_PATH_CHARACTERS || !URL.canParse(text, base)) return '/';
  const { origin, pathname, search } = new URL(text, base);
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
