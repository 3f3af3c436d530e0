/** The status codes of gRPC that this service handles (google.rpc.Code). */
export const GrpcCode = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  alreadyExists: 6,
  resourceExhausted: 8,
  aborted: 10,
  internal: 13,
  unavailable: 14,
} as const;

/** The server did not answer: a read may be repeated. */
export const UNANSWERED: ReadonlySet<number> = new Set([GrpcCode.deadlineExceeded, GrpcCode.unavailable]);

/** A write may or may not have been applied. */
export const IN_DOUBT: ReadonlySet<number> = new Set([
  GrpcCode.cancelled,
  GrpcCode.unknown,
  GrpcCode.deadlineExceeded,
  GrpcCode.internal,
  GrpcCode.unavailable,
]);

/** The call may succeed later. A quota, or the full disk of the local cloud, is `resourceExhausted`. */
export const PASSING: ReadonlySet<number> = new Set([
  GrpcCode.deadlineExceeded,
  GrpcCode.resourceExhausted,
  GrpcCode.aborted,
  GrpcCode.internal,
  GrpcCode.unavailable,
]);

/** An error of Google's clients, which carries a status code. */
export type GrpcFault = Error & { code: number };

export const isGrpcFault = (error: unknown): error is GrpcFault =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'number';

export const hasGrpcCode = (error: unknown, code: number): boolean => isGrpcFault(error) && error.code === code;
