import type { Response, Test } from 'supertest';

/** How often a request is made before its refusal counts. */
const TRIES = 3;

type Calls = [method: string, args: unknown[]][];

/**
 * A request that is made again when the service says that it could not be served just now (503), as a phone does. It
 * takes the calls of a supertest request, repeats them for each try, and is sent when somebody waits for its reply.
 */
export function persistent(make: () => Test): Test {
  const calls: Calls = [];
  const request: Test = new Proxy(make(), {
    get(_test, name: string) {
      if (name === 'then') return (...handlers: []) => send(make, calls, TRIES).then(...handlers);
      return (...args: unknown[]) => (calls.push([name, args]), request);
    },
  });
  return request;
}

async function send(make: () => Test, calls: Calls, tries: number): Promise<Response> {
  const test = make();
  for (const [method, args] of calls) (Reflect.get(test, method) as (...args: unknown[]) => void).apply(test, args);
  const refused = () => (test as unknown as { res?: { statusCode?: number } }).res?.statusCode === 503;
  try {
    const reply = await test;
    return refused() && tries > 1 ? await send(make, calls, tries - 1) : reply;
  } catch (error) {
    if (refused() && tries > 1) return send(make, calls, tries - 1);
    throw error;
  }
}
