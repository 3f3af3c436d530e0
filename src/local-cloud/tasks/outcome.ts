import { status as grpcStatus } from '@grpc/grpc-js';
import type { CallResult } from '../platform-call.ts';

/** The canonical code that google/rpc/code.proto pairs with an HTTP status. */
const CODES: Record<number, keyof typeof grpcStatus> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** How a failed try is told: the HTTP status if there was an answer, a canonical code, and both in words. */
export function describeOutcome(result: CallResult): { httpStatus?: number; code: number; reason: string } {
  if (result.status === undefined)
    return { code: grpcStatus[result.failure], reason: words(result.failure, result.reason) };
  const name = CODES[result.status] ?? 'UNKNOWN';
  return {
    httpStatus: result.status,
    code: grpcStatus[name],
    reason: words(name, `HTTP status code ${result.status}`),
  };
}

const words = (name: keyof typeof grpcStatus, detail: string) => `${name}(${grpcStatus[name]}): ${detail}`;
