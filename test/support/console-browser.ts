import { expect } from 'vitest';

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

/** Reads and changes as the browser does that has opened the printed address of the console. */
export interface ConsoleBrowser {
  get(path: string): Promise<ConsolePage>;
  /** Sends a form and follows the redirect. */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<ConsolePage>;
}

/** Opens the console by the address that the start prints. */
export async function openConsole(address: string | undefined): Promise<ConsoleBrowser> {
  const { origin } = new URL(address ?? '');
  const opened = await fetch(address ?? '', { redirect: 'manual' });
  const Cookie = opened.headers.get('Set-Cookie')?.split(';')[0] ?? '';
  const get = async (path: string) => readPage(await fetch(new URL(path, origin), { headers: { Cookie } }));
  return {
    get,
    async post(path, form, headers = {}) {
      const body = new URLSearchParams(form);
      const sent = { Cookie, Origin: origin, ...headers };
      const reply = await fetch(new URL(path, origin), { method: 'POST', headers: sent, body, redirect: 'manual' });
      return reply.status === 303 ? get(reply.headers.get('Location') ?? '') : readPage(reply);
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

const unescaped = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code))).replaceAll('&amp;', '&');
