import { AppError, ERRORS, type ErrorCode } from '../../../runtime/errors.ts';
import { presentProblem, type Problem } from '../../replies/problem.ts';

/** What the detail of a problem may say, by its code. */
const DETAILS: Readonly<Record<ErrorCode, string>> = {
  'invalid-request': '/caption: must be a string.',
  'cursor-invalid': 'Send the cursor exactly as the page returned it, or start without a cursor.',
  'cursor-mismatch': 'The cursor is of another list, order or filter. Start without a cursor.',
  'file-missing': 'Send the picture as a file in the form field `image`.',
  'file-empty': 'The file has no bytes. Choose it again.',
  'too-many-files': 'One form takes at most: 1 image, 1 preview.',
  'upload-aborted': 'The upload broke off. Send it again.',
  unauthenticated: 'The token is not valid. It has expired. Get a new one.',
  'sign-in-failed': 'The sign-in did not succeed. Begin again.',
  'share-locked': 'This share has a password. Send it to POST …/unlock.',
  'fresh-sign-in-required': 'This needs a sign-in of the last 15 minutes. Sign in again.',
  'cross-site-request': 'The request came from a page of another site. Send a bearer token instead of a cookie.',
  'passkey-refused': 'The passkey is not known here, or its answer does not fit. Begin again.',
  'pairing-refused': 'The pairing code is not valid. Get a new one.',
  'account-suspended': 'The operator has suspended this account. Ask the operator of the service.',
  'registration-closed': 'New accounts need an invitation. Ask the operator of the service.',
  'scope-missing': 'This needs a token with the scope edit.',
  'role-missing': 'Only the owner of this album may do that.',
  'not-found': 'There is no such photo.',
  'method-not-allowed': 'This address takes GET, HEAD.',
  'request-timeout': 'The request did not arrive in time. Send it again.',
  conflict: 'This photo is in the trash. Restore it first.',
  'handle-taken': 'The handle ana is taken. Choose another one.',
  'identity-taken': 'This identity has an account of its own. Delete that account first.',
  'upload-unfinished': 'Not all bytes of the upload have arrived. Continue it first.',
  gone: 'This photo has been deleted for good since.',
  'account-erased': 'The account of this token was erased.',
  resync: 'The token is too old. Read the feed without a token, and drop what it does not return.',
  'precondition-failed': 'The photo was edited since you read it. See `current`, and send its ETag.',
  'body-too-large': 'The body must not be larger than 1048576 bytes.',
  'file-too-large': 'A file must not be larger than 31457280 bytes.',
  'unsupported-media-type': 'The body must be JSON in UTF-8.',
  'unsupported-image': 'Unsupported image type. Send JPEG, PNG, GIF, WebP, AVIF or HEIC.',
  'range-not-satisfiable': 'The file has 348796 bytes. Ask for a part of them.',
  'expectation-failed': 'The only expectation that is served is 100-continue. Leave Expect out.',
  'misdirected-request': 'This server does not answer for that host.',
  'damaged-image': 'The picture ends too early: its last part is missing. Send the whole file again.',
  'too-many-pixels': 'The picture has more pixels than the service takes.',
  'too-large-to-show': 'The picture is too large to be decoded. Get its original.',
  'digest-mismatch': 'The bytes have another sha256 than announced. Send them again.',
  'idempotency-mismatch': 'The Idempotency-Key was used for another request. Use a new key.',
  'too-many-uploads': 'An account may have 200 open uploads. Finish or cancel one first.',
  'too-many-shares': 'An account may have 200 shares. End one first.',
  'too-many-albums': 'An account may have 20000 albums. Delete one first.',
  'too-many-members': 'The album has as many members as it may have. Remove one first.',
  'too-many-tokens': 'An account may have 50 personal tokens. Revoke one first.',
  'rate-limited': 'Too many requests. Try again after 1 s.',
  busy: 'Many pictures are in work at the moment. Try again shortly.',
  'headers-too-large': 'The head of the request is too large.',
  internal: 'The service failed. Try again later, and name the request id when you report it.',
  'not-implemented': 'The service does not do this.',
  unavailable: 'The storage behind this service is not available. Try again after `Retry-After` seconds.',
  overloaded: 'This instance has too many requests at the moment. Try again after `Retry-After` seconds.',
  'decode-timeout': 'Decoding the picture took more than 20 seconds.',
  'decode-memory': 'Decoding the picture took more memory than there is for it.',
  'decoder-lost': 'The decoder ended before the picture was decoded.',
  'quota-exceeded': 'The account may hold 16106127360 bytes. Delete photos and empty the trash first.',
  'service-full': 'The service has no room for more photos. Ask its operator.',
};

const REQUEST_ID = 'c7d1f3a0-6f0f-4f5e-9a51-0c8d5c7e2b19';

/** An example of each problem, made by the function that makes the problems themselves. */
export function problemExamples(codes: Iterable<ErrorCode>): Record<string, { summary: string; value: Problem }> {
  return Object.fromEntries(
    Array.from(codes, (code) => [
      code,
      { summary: ERRORS[code][1], value: presentProblem(exampleOf(code), REQUEST_ID) },
    ]),
  );
}

function exampleOf(code: ErrorCode): AppError {
  const detail = DETAILS[code];
  if (code !== 'invalid-request') return new AppError(code, detail);
  return new AppError(code, detail, {
    errors: [{ pointer: '/caption', code: 'invalid-type', message: 'must be a string' }],
  });
}
