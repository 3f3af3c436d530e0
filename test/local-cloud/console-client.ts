import type { LocalCloud } from '../../src/local-cloud/index.ts';

/** A browser without script: it has the cookie, and sends what forms send. */
export type ConsoleClient = Awaited<ReturnType<typeof openConsole>>;

/** Opens the console by the address that the start prints. */
export async function openConsole({ endpoints }: Pick<LocalCloud, 'endpoints'>) {
  const address = new URL(endpoints.console ?? '');
  const opening = await fetch(address, { redirect: 'manual' });
  const cookie = opening.headers.get('Set-Cookie')?.split(';')[0] ?? '';
  const headers = { Cookie: cookie, Origin: address.origin };
  const get = (path: string) => fetch(new URL(path, address), { headers, redirect: 'manual' });
  return {
    address,
    cookie,
    get,
    /** The markup of a page that is there. */
    async page(path: string): Promise<string> {
      const reply = await get(path);
      const markup = await reply.text();
      if (reply.status !== 200) throw new Error(`${path} replied ${reply.status}: ${markup}`);
      return markup;
    },
    /** Sends the form of a page with its hidden fields, and with others. */
    async send(path: string, fields: Record<string, string> = {}): Promise<Response> {
      const markup = await (await get(path)).text();
      const action = /<form method="post" action="([^"]+)"/.exec(markup)?.[1] ?? '';
      const hidden = Array.from(markup.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g), (found) => [
        found[1] ?? '',
        unescaped(found[2] ?? ''),
      ]);
      const body = new URLSearchParams({ ...(Object.fromEntries(hidden) as Record<string, string>), ...fields });
      return fetch(new URL(action, address), { method: 'POST', headers, body, redirect: 'manual' });
    },
  };
}

/** The text that markup stands for. */
export const unescaped = (markup: string) =>
  markup.replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));

/** The addresses of the links in a page. */
export const linksIn = (markup: string) =>
  Array.from(markup.matchAll(/ href="([^"]+)"/g), ([, href = '']) => unescaped(href));
