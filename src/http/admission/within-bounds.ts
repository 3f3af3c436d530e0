import type { Request } from 'express';
import { isFromPlatform } from '../platform.ts';
import type { Caller, Reply, Route } from '../route.ts';
import type { Admission } from './admission.ts';

/** One request that has passed its route's checks. */
interface Work<T> {
  route: Route;
  request: Request;
  caller: Caller | undefined;
  /** Reads the body. */
  read(): Promise<T>;
  handle(input: T): Promise<Reply> | Reply;
}

/**
 * Answers a request within the bounds of its kind of work. What is refused is refused before its body is read; while a
 * body is read, it takes no turn, however slow the client is.
 * @throws AppError overloaded, and what `read` and `handle` throw
 */
export async function withinBounds<T>(admission: Admission | undefined, work: Work<T>): Promise<Reply> {
  const { route, request, caller, read, handle } = work;
  if (!admission) return handle(await read());
  if (isFromPlatform(request)) return admission.tasks.run(async () => handle(await read()));
  if (route.work === 'inside') return handle(await read());
  if (route.work === 'uploads') {
    using _upload = admission.uploads.admit(caller?.user);
    // Awaited here: until then it counts.
    return await handle(await read());
  }
  if (route.body) admission.pages.check(caller?.user);
  const input = await read();
  return admission.pages.run(async () => handle(input), caller?.user);
}
