/** The reasons that the JSON API names in `errors[0].reason`: the HTTP status and the XML API's word for each. */
export const REASONS = {
  notModified: [304, 'NotModified'],
  invalid: [400, 'InvalidArgument'],
  required: [400, 'InvalidArgument'],
  parseError: [400, 'InvalidArgument'],
  uploadTooLarge: [400, 'EntityTooLarge'],
  uploadTooSmall: [400, 'EntityTooSmall'],
  badDigest: [400, 'BadDigest'],
  expiredToken: [400, 'ExpiredToken'],
  forbidden: [403, 'AccessDenied'],
  retentionPolicyNotMet: [403, 'RetentionPolicyNotMet'],
  underHold: [403, 'ObjectUnderActiveHold'],
  signatureDoesNotMatch: [403, 'SignatureDoesNotMatch'],
  notFound: [404, 'NoSuchKey'],
  noSuchBucket: [404, 'NoSuchBucket'],
  conflict: [409, 'Conflict'],
  gone: [410, 'Gone'],
  conditionNotMet: [412, 'PreconditionFailed'],
  requestedRangeNotSatisfiable: [416, 'InvalidRange'],
  misdirected: [421, 'MisdirectedRequest'],
  backendError: [500, 'InternalError'],
  unavailable: [503, 'ServiceUnavailable'],
  notImplemented: [501, 'NotImplemented'],
} as const satisfies Record<string, readonly [status: number, xmlCode: string]>;

export type Reason = keyof typeof REASONS;

/** The error with which the engine refuses a call. The server presents it as JSON or XML. */
export class StorageError extends Error {
  readonly reason: Reason;
  /** Headers that belong to the answer. */
  readonly headers: Record<string, string>;

  constructor(reason: Reason, message: string, options: ErrorOptions & { headers?: Record<string, string> } = {}) {
    super(message, options);
    this.name = 'StorageError';
    this.reason = reason;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return REASONS[this.reason][0];
  }
}

export const noSuchBucket = () => new StorageError('noSuchBucket', 'The specified bucket does not exist.');
export const noSuchObject = (bucket: string, name: string) =>
  new StorageError('notFound', `No such object: ${bucket}/${name}`);
