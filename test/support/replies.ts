import { strictEqual } from 'node:assert/strict';
import { Problem, PROBLEM_TYPE } from '../../src/http/replies/problem.ts';
import { checked } from './checked.ts';

/** A reply as supertest gives it. */
interface Reply {
  status: number;
  headers: { 'content-type'?: string | undefined };
  body: unknown;
}

/**
 * Returns the error that a reply tells. Throws if the reply does not match the schema of errors, has another media type,
 * or a status that its body does not name (RFC 9457, section 3.1.2).
 */
export function problemOf({ status, headers, body }: Reply): Problem {
  const problem = checked(Problem, body);
  strictEqual(problem.status, status);
  strictEqual(headers['content-type']?.split(';')[0], PROBLEM_TYPE);
  return problem;
}

/** Returns the bytes of a reply. Throws if the reply is JSON or text. */
export function bytesOf({ body }: { body: unknown }): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw new Error(`The reply has no bytes but ${JSON.stringify(body)}.`);
}
