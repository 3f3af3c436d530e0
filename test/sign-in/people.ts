import request from 'supertest';

/** A browser without script: keeps cookies, and follows no redirect by itself. */
export interface Visitor {
  get(path: string): Promise<request.Response>;
  post(path: string, fields: Record<string, string>): Promise<request.Response>;
  /** Sends JSON, as a script of the page does. */
  send(path: string, body?: object): Promise<request.Response>;
  cookies: Map<string, string>;
}

/** A browser at the app. A navigation that another site begins says so. */
export function visitor(url: string): Visitor {
  const cookies = new Map<string, string>();
  const send = async (test: request.Test) => {
    const Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await test.set('Cookie', Cookie);
    for (const line of [reply.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return reply;
  };
  return {
    cookies,
    get: (path) => send(request(url).get(path).set('Accept', 'text/html')),
    send: (path, body = {}) =>
      send(request(url).post(path).set('Sec-Fetch-Site', 'same-origin').set('Accept', 'application/json').send(body)),
    post: (path, fields) =>
      send(
        request(url)
          .post(path)
          .set('Sec-Fetch-Site', 'same-origin')
          .set('Accept', 'text/html')
          .type('form')
          .send(fields),
      ),
  };
}

/** Signs in at the stand-in issuer, from its authorization URL. Returns path and query of the callback. */
export async function enterName(location: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(fields);
  const reply = await fetch(location, { method: 'POST', body, redirect: 'manual' });
  const { pathname, search } = new URL(reply.headers.get('location') ?? '');
  return pathname + search;
}
