import { bodyTooLarge } from '../../http/replies/problem.ts';

/** Of the payload of a task, in bytes. */
const LARGEST_TASK = 100 * 1024;

/** A task's payload, whatever its type, as far as it is small: task bodies are. */
export async function bodyText(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_TASK) throw bodyTooLarge(LARGEST_TASK);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
