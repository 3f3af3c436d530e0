/** The reasons that the JSON API names in `errors[0].reason`, each with its HTTP status. */
export const REASONS = {
  notModified: 304,
  invalid: 400,
  required: 400,
  parseError: 400,
  uploadTooLarge: 400,
  forbidden: 403,
  notFound: 404,
  methodNotAllowed: 405,
  conflict: 409,
  gone: 410,
  conditionNotMet: 412,
  requestedRangeNotSatisfiable: 416,
  clientClosedRequest: 499,
  backendError: 500,
  notImplemented: 501,
} as const;

export type Reason = keyof typeof REASONS;

/** What the engine throws when it refuses a call; the server in front of it renders it as JSON or XML. */
export class StorageError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StorageError';
    this.reason = reason;
  }

  get status(): number {
    return REASONS[this.reason];
  }
}

export const noSuchBucket = () => new StorageError('notFound', 'The specified bucket does not exist.');
export const noSuchObject = (bucket: string, name: string) =>
  new StorageError('notFound', `No such object: ${bucket}/${name}`);
