/** Every error code of the API with its HTTP status and its title. A code, once published, keeps its meaning. */
export const ERRORS = {
  'invalid-request': [400, 'The request is not valid'],
  'cursor-invalid': [400, 'The cursor is not valid'],
  'cursor-mismatch': [400, 'The cursor belongs to another list'],
  'file-missing': [400, 'No file came with the request'],
  'file-empty': [400, 'The file is empty'],
  'too-many-files': [400, 'Too many files in one request'],
  'upload-aborted': [400, 'The upload broke off'],
  unauthenticated: [401, 'Sign in first'],
  'sign-in-failed': [400, 'The sign-in did not succeed'],
  'share-locked': [401, 'This share has a password'],
  'fresh-sign-in-required': [401, 'Sign in again'],
  'cross-site-request': [403, 'The request came from another site'],
  'passkey-refused': [403, 'The passkey does not count'],
  'pairing-refused': [403, 'The pairing code does not count'],
  'account-suspended': [403, 'The account is suspended'],
  'registration-closed': [403, 'New accounts need an invitation'],
  'scope-missing': [403, 'The token may not do this'],
  'role-missing': [403, 'Your role in the album does not permit this'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'request-timeout': [408, 'The request took too long'],
  conflict: [409, 'The request conflicts with the current state'],
  'handle-taken': [409, 'The handle is taken'],
  'identity-taken': [409, 'The identity has an account of its own'],
  'upload-unfinished': [409, 'Not all bytes have arrived'],
  gone: [410, 'No longer available'],
  'account-erased': [410, 'The account was erased'],
  resync: [410, 'The token is too old'],
  'precondition-failed': [412, 'It has changed since it was read'],
  'body-too-large': [413, 'The request is too large'],
  'file-too-large': [413, 'The file is too large'],
  'unsupported-media-type': [415, 'The content type is not supported'],
  'unsupported-image': [415, 'The image type is not supported'],
  'range-not-satisfiable': [416, 'The range is outside the file'],
  'expectation-failed': [417, 'The expectation cannot be met'],
  'misdirected-request': [421, 'This server does not answer for that host'],
  'damaged-image': [422, 'The picture is damaged'],
  'too-many-pixels': [422, 'The picture has too many pixels'],
  'too-large-to-show': [422, 'The picture is too large to decode'],
  'digest-mismatch': [422, 'The bytes do not match the announced checksum'],
  'idempotency-mismatch': [422, 'The key was used for another request'],
  'too-many-uploads': [429, 'Too many uploads are open'],
  'too-many-shares': [429, 'Too many shares'],
  'too-many-albums': [429, 'Too many albums'],
  'too-many-members': [429, 'Too many members'],
  'too-many-tokens': [429, 'Too many personal tokens'],
  'rate-limited': [429, 'Too many requests'],
  busy: [429, 'The service is busy'],
  'headers-too-large': [431, 'The head of the request is too large'],
  internal: [500, 'Internal error'],
  'not-implemented': [501, 'Not implemented'],
  unavailable: [503, 'Temporarily unavailable'],
  overloaded: [503, 'Too many requests for this instance'],
  'decode-timeout': [503, 'Decoding the picture took too long'],
  'decode-memory': [503, 'Decoding the picture took too much memory'],
  'decoder-lost': [503, 'The decoder stopped'],
  'quota-exceeded': [507, 'The account is full'],
  'service-full': [507, 'The service is full'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * Which faults stay and which pass: jobs, uploads and clients go by this table. `bytes`: the file is at fault, and every
 * attempt on the same bytes fails. `passing`: the same request may succeed later. A code that is not here stays until the
 * caller, or the thing itself, has changed.
 */
const FAULTS: Partial<Record<ErrorCode, 'bytes' | 'passing'>> = {
  'unsupported-image': 'bytes',
  'damaged-image': 'bytes',
  'too-many-pixels': 'bytes',
  'too-large-to-show': 'bytes',
  'digest-mismatch': 'bytes',
  'upload-aborted': 'passing',
  'request-timeout': 'passing',
  'rate-limited': 'passing',
  busy: 'passing',
  internal: 'passing',
  unavailable: 'passing',
  overloaded: 'passing',
  'decode-timeout': 'passing',
  'decode-memory': 'passing',
  'decoder-lost': 'passing',
};

/** Whether the same request may succeed later. */
export const isPassing = (code: ErrorCode) => FAULTS[code] === 'passing';

/** Whether the bytes of a file are at fault, so that no further attempt on them can succeed. */
export const isFaultOfBytes = (error: unknown) => error instanceof AppError && FAULTS[error.code] === 'bytes';

/**
 * Whether an answer of this status is an alarm. 507 is none: the caller has used up what the account may hold. Neither is
 * 501: the client asks for a part of HTTP that is not served.
 */
export const isOurFault = (status: number) => status >= 500 && ![501, 507].includes(status);

/** One fault in the input: where it is (a JSON pointer), what kind, and what to do about it. */
export interface FieldError {
  pointer: string;
  code: string;
  message: string;
}

interface AppErrorOptions {
  cause?: unknown;
  /** The single faults, when there can be several. */
  errors?: FieldError[];
  /** Further members of the problem, such as `maxBytes`. */
  extra?: Record<string, unknown> | undefined;
  /** Response headers, such as `Retry-After`. */
  headers?: Record<string, string>;
  /** Why, in one word such as `token-expired`: for the log alone. */
  reason?: string;
}

/** A failure for the client: a code of the API, and a sentence that says what is wrong and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: FieldError[] | undefined;
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly reason: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors;
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
    this.reason = options.reason;
  }

  get status(): number {
    return ERRORS[this.code][0];
  }
}

/** A token that is not valid, as against none at all (RFC 6750, section 3.1). Such requests are counted. */
export class InvalidToken extends AppError {}
