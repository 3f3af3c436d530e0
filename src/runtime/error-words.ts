import type { ErrorCode } from './errors.ts';

/** What a page says to a person for each error code. The detail of the error is for programs. */
export const WORDS_FOR_PEOPLE: Record<ErrorCode, string> = {
  'invalid-request':
    'Something in this request cannot be used. Check what you entered, or start again from your photos.',
  'cursor-invalid': 'This link to a page of photos is not complete. Start again from your photos.',
  'cursor-mismatch': 'This link belongs to another list of photos. Start again from your photos.',
  'file-missing': 'No photo was chosen. Go back and choose one.',
  'file-empty': 'This file is empty. Choose another file.',
  'too-many-files': 'These are too many files at once. Choose this one again.',
  'upload-aborted': 'The upload broke off before all of the photo had arrived. Go back and try again.',
  unauthenticated: 'You are signed out. Sign in, and you come back to this page.',
  'fresh-sign-in-required': 'This needs a fresh sign-in. Sign in again, and you come back to this page.',
  'cross-site-request': 'This came from a page of another site, so nothing was changed. Start again from your photos.',
  'registration-closed': 'New accounts need an invitation. Ask the operator of this service.',
  'scope-missing': 'This access key may not do that. Use a key that may, or sign in.',
  'not-found': 'There is nothing at this address. It may have been deleted, or it may belong to another person.',
  'method-not-allowed': 'This address cannot be used in this way. Start again from your photos.',
  'request-timeout': 'This took too long. Try again.',
  conflict: 'This is not possible at the moment, because something else has changed. Reload the page and look again.',
  'handle-taken': 'This name is taken. Choose another name.',
  'upload-unfinished': 'This photo has not arrived completely. Continue the upload first.',
  gone: 'This is no longer there.',
  'account-erased': 'This account was deleted.',
  resync: 'This view is too old. Reload the page.',
  'precondition-failed': 'This photo has been changed in the meantime. Reload the page and look again.',
  'body-too-large': 'This is too much at once. Choose fewer or smaller photos.',
  'file-too-large': 'This photo is too large.',
  'unsupported-media-type': 'This cannot be read. Start again from your photos.',
  'unsupported-image':
    'This file is not a photo that can be shown here. Choose a JPEG, PNG, GIF, WebP, AVIF or HEIC file.',
  'range-not-satisfiable': 'This part of the file does not exist.',
  'expectation-failed': 'This cannot be done.',
  'misdirected-request': 'This service does not answer at this address.',
  'damaged-image': 'This photo is damaged or not complete. Look for another copy of it.',
  'too-many-pixels': 'This photo has too many pixels.',
  'too-large-to-show': 'This photo is too large to be shown.',
  'digest-mismatch': 'This photo arrived with faults. Upload it again.',
  'idempotency-mismatch': 'This was already sent with other content. Start again from your photos.',
  'too-many-uploads': 'Too many of your uploads are under way. Wait until some of them have ended.',
  'too-many-tokens': 'You have as many access keys as an account may have. Delete one first.',
  'rate-limited': 'These were too many requests in a short time. Wait a little, then try again.',
  busy: 'The service has much to do at the moment. Try again in a little while.',
  'headers-too-large': 'This request is too large. Clear the cookies of this site, then try again.',
  internal: 'Something failed on our side. Try again later.',
  'not-implemented': 'This is not possible here.',
  unavailable: 'The service cannot be reached completely at the moment. Try again in a little while.',
  overloaded: 'The service has much to do at the moment. Try again in a little while.',
  'decode-timeout': 'It took too long to prepare this photo. Try again later.',
  'decode-memory': 'This photo could not be prepared. Try again later.',
  'decoder-lost': 'This photo could not be prepared. Try again later.',
  'quota-exceeded': 'Your account is full. Delete photos and empty the trash, then try again.',
  'service-full': 'This service has no more room for photos. Ask its operator.',
};

/** What a page says of a field of a form, by its JSON pointer. */
export const FIELD_WORDS: Record<string, string> = {
  '/caption': 'The caption is too long. It may have 4,096 characters.',
  '/alt': 'The description is too long. It may have 4,096 characters.',
  '/takenAt': 'This date or time cannot be used. Enter a day between the years 1000 and 9999.',
  '/image': 'No photo was chosen, or it came in another way than by this form. Choose it again.',
  '/preview': 'The smaller picture of this photo cannot be used.',
  '/name': 'A name has 1 to 30 letters, digits, hyphens, underscores and dots.',
  '/user': 'A name has 1 to 30 letters, digits, hyphens, underscores and dots.',
  '/handle': 'A name in links has 1 to 30 of the letters a to z, digits, hyphens, underscores and dots.',
  '/displayName': 'This name is too long. It may have 100 characters.',
  '/timeZone': 'This time zone is not known. Choose one of the list.',
  '/visibility': 'Choose who sees your photos.',
  '/act': 'This button is not known here. Reload the page and press it again.',
  '/id': 'The address of this photo is not complete.',
  '/token': 'This link is not complete. Open it from the mail again.',
};

/** Sentences for the fields that an error names, each once. */
export const wordsForFields = (errors: readonly { pointer: string }[] = []): string[] => [
  ...new Set(errors.flatMap(({ pointer }) => FIELD_WORDS[pointer] ?? [])),
];
