import { readFileSync } from 'node:fs';
import type { File } from './section.ts';

/** The files that pages refer to, by path. They hold no secrets, so that they need no token. */
const TYPES: Record<string, string> = {
  '/console.css': 'text/css; charset=utf-8',
  '/console.js': 'text/javascript; charset=utf-8',
  '/console.svg': 'image/svg+xml',
};

/** The file at this path, if there is one. */
export function assetAt(path: string): File | undefined {
  const type = TYPES[path];
  if (type === undefined) return undefined;
  const bytes = readFileSync(new URL(`assets${path}`, import.meta.url));
  return { type, bytes, headers: { 'Cache-Control': 'no-cache' } };
}
