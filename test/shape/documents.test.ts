import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documents, filesBelow, ROOT, textOf, TOP_FILES } from '../support/repository.ts';

const README_LINES = 150;

/** A path into the repository, in a document or a comment: not a part of a longer path, of a URL or of a build. */
const PATH = /(?<![\w./@-])(?:\.\.?\/)*((?:src|test|docs|deploy)\/[\w./-]*\w\/?(?:#[\w-]+)?)(?![\w<{*[$…]|\/[<{*[$…])/g;

/** The name of a file of ours in a comment, such as `decode-queue.ts` or `parsers/heif.ts`. */
const FILE_NAME = /(?<![\w./*-])(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.ts\b/g;

describe('documents and comments', () => {
  const files = [...documents(), ...TOP_FILES, ...filesBelow(['src', 'test'], '.ts')];

  test('every path of src, test and docs that a document or a comment names exists', () => {
    const missing = files.flatMap((file) =>
      pathsIn(file)
        .filter((path) => !isThere(path))
        .map((path) => `${file}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  test('every file that a comment names without its folders exists', () => {
    const names = filesBelow(['src', 'test'], '.ts').map((path) => `/${path}`);
    const missing = filesBelow(['src', 'test'], '.ts').flatMap((file) =>
      Array.from(commentsOf(textOf(file)).matchAll(FILE_NAME), ([name]) => name)
        .filter((name) => !names.some((path) => path.endsWith(`/${name}`)))
        .map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('every link between documents leads to a file and to a heading that exist', () => {
    const broken = documents().flatMap((file) =>
      linksIn(textOf(file))
        .filter((link) => !leadsSomewhere(file, link))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test('every document is linked from another one', () => {
    const linked = new Set(
      documents().flatMap((file) =>
        linksIn(textOf(file)).map((link) => normalize(join(dirname(file), link.split('#')[0] ?? ''))),
      ),
    );
    expect(documents().filter((file) => file !== 'README.md' && !linked.has(file))).toEqual([]);
  });
});

test(`the README has at most ${README_LINES} lines, and names every folder of src`, () => {
  const readme = textOf('README.md');
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(README_LINES);
  const folders = new Set(filesBelow(['src'], '.ts').map((path) => path.split('/').slice(0, 2).join('/')));
  for (const folder of folders) expect(readme).toContain(`\`${folder}${folder.endsWith('.ts') ? '' : '/'}\``);
});

/** Paths that a document names anywhere, and source code in its comments. */
function pathsIn(file: string): string[] {
  const text = file.endsWith('.ts') ? commentsOf(textOf(file)) : withoutLinks(textOf(file));
  return Array.from(text.matchAll(PATH), ([, path = '']) => path);
}

const commentsOf = (code: string) => (code.match(/\/\*\*?[\s\S]*?\*\/|(?<=^\s*|\s)\/\/ .*$/gm) ?? []).join('\n');

/** Links are relative to their document: the second test follows them. */
const withoutLinks = (text: string) => text.replaceAll(/\]\([^)]*\)/g, ']');

/** A folder, a file, the beginning of the names of tests as vitest takes it, or a heading of a document. */
function isThere(path: string): boolean {
  const [file = '', heading] = path.split('#');
  if (heading !== undefined) return existsSync(join(ROOT, file)) && headingsOf(textOf(file)).includes(heading);
  return existsSync(join(ROOT, file)) || (file.startsWith('test/') && existsSync(join(ROOT, `${file}.test.ts`)));
}

const linksIn = (text: string) =>
  Array.from(withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link).filter(
    (link) => !/^[a-z]+:/.test(link),
  );

const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || headingsOf(textOf(target)).includes(heading);
}

/** Headings as GitHub makes anchors of them. */
const headingsOf = (text: string) =>
  Array.from(text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  );
