import { z } from 'zod';
import { AppError, ERRORS, isPassing, type ErrorCode } from '../../runtime/errors.ts';
import { openEnum } from '../openapi/open-enum.ts';
import { isGrpcFault, PASSING } from '../../runtime/grpc-faults.ts';

const FieldFault = z.object({
  pointer: z.string().describe('JSON pointer to the value in the body, or `/` and the name of the field or parameter.'),
  code: z.string(),
  message: z.string(),
});

/** The shape of every error of this service (RFC 9457). */
export const Problem = z
  .looseObject({
    type: z.string().describe('A URI that ends in the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened, for a person.'),
    code: openEnum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]).describe('What happened, for a program.'),
    requestId: z.string().optional().describe('Names this request in our log.'),
    errors: z.array(FieldFault).optional().describe('The single faults, where there can be several; the first 20.'),
    moreErrors: z.int().optional().describe('How many faults there are besides those in `errors`.'),
    retryable: z.boolean().optional().describe('Whether the same request may succeed later.'),
  })
  .meta({ id: 'Problem', description: 'An error, as RFC 9457 has it.' });
export type Problem = z.infer<typeof Problem>;

export const PROBLEM_TYPE = 'application/problem+json';

/** Presents an error to the client. `requestId` is left out for an item of a batch. */
export function presentProblem(error: AppError, requestId?: string): Problem {
  const [status, title] = ERRORS[error.code];
  return {
    type: `urn:problem-type:photo-timeline:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(requestId && { requestId }),
    ...(error.errors && { errors: error.errors }),
    ...(isPassing(error.code) && { retryable: true }),
    ...error.extra,
  };
}

/** Translates every error into one for the client: those of Express and of Google's clients by kind, all others as internal. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return (
    fromExpress(error) ??
    cloudFault(error) ??
    new AppError('internal', 'The service failed. Try again later, and name the request id when you report it.', {
      cause: error,
    })
  );
}

/** An error of body-parser or the router. */
interface ExpressError extends Error {
  status: number;
  type?: string;
  limit?: number;
}

function fromExpress(cause: unknown): AppError | undefined {
  if (!isExpressError(cause)) return undefined;
  const refuse = (code: ErrorCode, detail: string, extra = {}) => new AppError(code, detail, { cause, extra });
  if (cause instanceof URIError)
    return refuse('invalid-request', 'The address has a broken % sequence. Write % as %25.');
  if (cause.status === 413) return bodyTooLarge(cause.limit ?? 0, cause);
  if (cause.status === 415) return refuse('unsupported-media-type', 'The body must be JSON in UTF-8.');
  if (cause.type === 'request.aborted') return refuse('upload-aborted', 'The request broke off. Send it again.');
  if (cause.type === 'entity.verify.failed') return refuse('invalid-request', 'The body must be JSON in UTF-8.');
  if (cause.type === 'entity.parse.failed') return refuse('invalid-request', 'The body is not valid JSON.');
  return refuse('invalid-request', 'The request could not be read.');
}

export const bodyTooLarge = (maxBytes: number, cause?: Error) =>
  new AppError('body-too-large', `The body must not be larger than ${maxBytes} bytes.`, { cause, extra: { maxBytes } });

/** `expose` tells them from the errors of Google's clients, which have a status too, but not one of this request. */
function isExpressError(error: unknown): error is ExpressError {
  if (!(error instanceof Error) || !('status' in error)) return false;
  const { status } = error;
  return (
    typeof status === 'number' && status >= 400 && status < 500 && (error instanceof URIError || 'expose' in error)
  );
}

/**
 * The gRPC codes of Datastore and Tasks by which a call may succeed later, and the HTTP statuses of the bucket that say so
 * (Cloud Storage, "Retry strategy"). They do not overlap.
 */
const LATER: ReadonlySet<number> = new Set([...PASSING, 408, 429, 500, 502, 503, 504]);

/** Seconds after which the client may ask again. */
const RETRY_AFTER_SECONDS = '5';

/** An error of Google's clients that may pass; undefined for any other. */
function cloudFault(cause: unknown): AppError | undefined {
  if (!isGrpcFault(cause) || !LATER.has(cause.code)) return undefined;
  return new AppError(
    'unavailable',
    'The storage behind this service is not available. Try again after `Retry-After` seconds.',
    {
      cause,
      headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    },
  );
}
