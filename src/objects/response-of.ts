import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * Waits for the head of the response to a request. What breaks later, the reader of the response is told. Node emits it from
 * the request as well, where an error without a listener ends the process.
 */
export async function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}
