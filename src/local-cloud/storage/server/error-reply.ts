import { StorageError } from '../storage-error.ts';
import type { Reply } from './call.ts';

/** An error as the JSON API tells it. What is no refusal of the engine's is a fault of ours. */
export function errorReply(error: unknown): Reply {
  if (error instanceof StorageError) return jsonError(error.status, error.reason, error.message);
  return jsonError(500, 'backendError', error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function jsonError(code: number, reason: string, message: string): Reply {
  if (code === 304) return { status: 304 };
  return { status: code, json: { error: { code, message, errors: [{ message, domain: 'global', reason }] } } };
}
