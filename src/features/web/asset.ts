import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file that pages refer to, in memory. */
export interface Asset {
  /** Where it is served, without a query. */
  path: string;
  /** The URL in pages: the path with the hash of the content, so that a changed file has a new URL. */
  href: string;
  hash: string;
  type: string;
  bytes: Buffer;
}

export const STYLE = load('style.css', 'text/css; charset=utf-8');
export const ICON = load('icon.svg', 'image/svg+xml');
/** What browsers need to put the service on a home screen. */
export const MANIFEST = load('manifest.webmanifest', 'application/manifest+json');

function load(name: string, type: string): Asset {
  const bytes = readFileSync(new URL(`assets/${name}`, import.meta.url));
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
  const path = `/assets/${name}`;
  return { path, href: `${path}?v=${hash}`, hash, type, bytes };
}
