import { bodyTooLarge } from '../../http/replies/problem.ts';

/** Limit of a task's payload (Cloud Tasks quotas). */
const MAX_TASK_BYTES = 100 * 1024;

/**
 * Reads the payload of a task as text, whatever its type.
 * @throws AppError body-too-large
 */
export async function bodyText(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_TASK_BYTES) throw bodyTooLarge(MAX_TASK_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
