/** The longest path that a sign-in leads back to, in characters. */
const LONGEST_PATH = 1000;

/**
 * Where to go after a sign-in: the given path if it is one of ours, else the front page. A text that a browser would read
 * as another host (`//host`, `/\\host`, with tabs or line breaks in it) is none of ours.
 */
export function ownPath(text: string | null | undefined): string {
  const base = 'http://ours.invalid';
  if (!text?.startsWith('/') || text.length > LONGEST_PATH || !URL.canParse(text, base)) return '/';
  const { origin, pathname, search } = new URL(text, base);
  return origin === base && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
