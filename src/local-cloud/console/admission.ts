import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { html } from '../../runtime/html.ts';
import { hostOf, isLoopbackHost } from '../../runtime/loopback.ts';
import { faultPage } from './frame.ts';
import { linkTo, type Reply } from './section.ts';

export interface Opening {
  /** The secret of this run. */
  token: string;
  /** Cookies do not tell ports apart, so that the name of the cookie does. */
  port: number;
}

/**
 * Decides whether a request is answered, and gives the reply to those that are not. The token in the address is exchanged
 * for a cookie, so that it stays out of the history, of links and of referrers.
 */
export function admission({ token, port }: Opening) {
  const cookie = `console-${port}`;
  return (request: IncomingMessage, path: string, query: URLSearchParams): Reply | undefined => {
    // Without this a web page whose name resolves to this machine could call the console (DNS rebinding).
    if (!isLoopbackHost(hostOf(request.headers.host ?? ''))) return faultPage(421, WRONG_HOST);
    const given = query.get('token');
    if (request.method === 'GET' && given !== null && isSame(given, token)) return openedBy(cookie, token, path, query);
    if (!isSame(cookieOf(request, cookie), token)) return notOpenedPage;
    if (request.method === 'GET' || request.method === 'HEAD') return undefined;
    return isFromConsole(request) ? undefined : faultPage(403, WRONG_ORIGIN);
  };
}

function openedBy(cookie: string, token: string, path: string, query: URLSearchParams): Reply {
  const { token: _token, ...rest } = Object.fromEntries(query);
  // Two slashes at the start would lead to another host.
  const location = linkTo(path.replace(/^\/+/, '/'), rest);
  return { location, headers: { 'Set-Cookie': `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict` } };
}

function isSame(given: string, token: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function cookieOf({ headers }: IncomingMessage, name: string): string {
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

/** Pages of other ports of this machine are of the same site, so that they send the cookie: only the origin tells them. */
function isFromConsole({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin === undefined) return site === 'same-origin';
  return headers.origin === `http://${headers.host}`;
}

const WRONG_HOST = 'The console answers only to localhost, 127.0.0.1 and [::1]. Use one of them as the host.';
const WRONG_ORIGIN = 'This change did not come from a page of the console. Nothing was changed.';

const notOpenedPage: Reply = {
  title: 'Open the console by its address',
  menu: false,
  status: 403,
  main: html`<h1>Open the console by its address</h1>
    <p>The address of the console has a token. The program prints the address when it starts, for example:</p>
    <pre class="code">Console  http://127.0.0.1:8000/?token=…</pre>
    <p>
      Copy that whole address from the terminal into this browser. Each start makes a new token, so use the last one.
    </p>`,
};
