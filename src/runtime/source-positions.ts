import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

/** A place in a stack: URL of a script, line and column, both from 1. */
const POSITION = /(file:\/\/\/[^\s()]+\.js):(\d+):(\d+)/g;

/** Positions that are remembered. An error that is logged again needs no map. */
const MOST_KNOWN = 1_000;

/**
 * Names the source files in a stack of the built program, by the source maps of its bundle. A map is read when an error
 * is logged, so that the start does not wait for it, and is not kept: it takes some 10 MB. What has no map stays as it is.
 */
export function withSourcePositions(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replaceAll(POSITION, (position, url: string, line: string, column: string) => {
    let source = known.get(position);
    if (source === undefined) {
      if (!maps.has(url)) maps.set(url, readMap(url));
      source = positionIn(maps.get(url), url, Number(line), Number(column)) ?? position;
      if (known.size < MOST_KNOWN) known.set(position, source);
    }
    return source;
  });
}

const known = new Map<string, string>();

function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${url}.map`), 'utf8')));
  } catch {
    // Packages and sources have none.
    return undefined;
  }
}

function positionIn(map: SourceMap | undefined, url: string, line: number, column: number): string | undefined {
  const entry = map?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  return `${new URL(entry.originalSource, url).href}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
