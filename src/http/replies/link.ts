import type { Request } from 'express';

/** The cursors of the pages beside this one; null where there is none. */
export interface Neighbours {
  next?: string | null;
  prev?: string | null;
}

/**
 * The `Link` header (RFC 8288) of a page of a list: this request's own URL with the neighbour's cursor. Empty when the
 * page has no neighbours, so that it can be spread into the headers of a reply.
 * @param linkBase The public address of the service. Without it the links are relative: behind a front end we do not know
 *   our own name for sure.
 */
export function pageLinks(request: Request, { next, prev }: Neighbours, linkBase = ''): Record<string, string> {
  const links = [
    next && `<${linkBase}${withCursor(request.originalUrl, next)}>; rel="next"`,
    prev && `<${linkBase}${withCursor(request.originalUrl, prev)}>; rel="prev"`,
  ].filter(Boolean);
  return links.length > 0 ? { Link: links.join(', ') } : {};
}

/** A request target may name a host of its own (RFC 9112, 3.2.2), which does not come back. */
function withCursor(url: string, cursor: string): string {
  const [path = '', query] = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?]*/i, '').split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
