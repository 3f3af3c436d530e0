import { AppError } from '../http/errors.ts';

/** A task's payload, whatever its type, as far as it is small: task bodies are. */
export async function bodyText(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > 100 * 1024) throw new AppError('body-too-large', 'A task has at most 100 KB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
