import { expect } from 'vitest';
import type { LocalCloud } from '../../src/local-cloud/index.ts';
import { openConsole, unescaped } from './console-client.ts';

/** A page of the console as a reader without script sees it. */
export interface ConsolePage {
  status: number;
  markup: string;
  /** The text, with single blanks. */
  text: string;
  /** The cells of each row of its tables, without their heads. */
  rows: string[][];
  /** The address of the link that has this text, or the first of several. */
  link(text: string | RegExp): string;
}

/** Reads pages of the console, and sends forms of them. */
export async function consolePages(cloud: Pick<LocalCloud, 'endpoints'>) {
  const { address, cookie, get } = await openConsole(cloud);
  const page = async (path: string) => readPage(await get(path));
  return {
    get: page,
    /** Sends a form and follows the redirect. */
    async post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
      const body = new URLSearchParams(form);
      const sent = { Cookie: cookie, Origin: address.origin, ...headers };
      const reply = await fetch(new URL(path, address), { method: 'POST', headers: sent, body, redirect: 'manual' });
      return reply.status === 303 ? page(reply.headers.get('Location') ?? '') : readPage(reply);
    },
  };
}

async function readPage(reply: Response): Promise<ConsolePage> {
  const markup = await reply.text();
  const rows = [...markup.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>([\s\S]*?)<\/t[dh]>/g)].map(([, cell = '']) => textOf(cell)),
  );
  return {
    status: reply.status,
    markup,
    text: textOf(markup),
    rows: rows.filter((_row, at) => !isHead(markup, at)),
    link(text) {
      const links = [...markup.matchAll(/<a\s([^>]*?)>([\s\S]*?)<\/a\s*>/g)];
      const found = links.find(([, , inside = '']) =>
        typeof text === 'string' ? textOf(inside) === text : text.test(textOf(inside)),
      );
      const [, href = ''] = /href="([^"]*)"/.exec(found?.[1] ?? '') ?? [];
      expect(href, `a link ${String(text)} on the page`).not.toBe('');
      return unescaped(href);
    },
  };
}

/** Whether the row at this place stands in the head of its table. */
const isHead = (markup: string, at: number): boolean =>
  /<thead>\s*$/.test(
    markup
      .split(/<tr>/)
      .slice(0, at + 1)
      .at(-1) ?? '',
  );

const textOf = (markup: string): string =>
  unescaped(markup.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
