import { randomBytes } from 'node:crypto';

/** The random key name of a `User` entity. It leads every key and every sortable value of that user. */
export type UserId = string & { readonly brand: 'UserId' };
/** The random key name of a `Photo` under its user. */
export type PhotoId = string & { readonly brand: 'PhotoId' };
/** The random key name of an `Album` under its user. */
export type AlbumId = string & { readonly brand: 'AlbumId' };
/** The random key name of a `Share` under its user. */
export type ShareId = string & { readonly brand: 'ShareId' };
/** The random name of an invitation to an album. */
export type InvitationId = string & { readonly brand: 'InvitationId' };
/** The random key name of an `Upload` under its user. */
export type UploadId = string & { readonly brand: 'UploadId' };
/** The random key name of a `PersonalToken` under its user. */
export type TokenId = string & { readonly brand: 'TokenId' };

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `length` random characters of a 62-letter alphabet: 5.95 bits each, evenly spread, in no order. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    // 248 = 4 × 62: larger bytes would favour the first letters.
    for (const byte of randomBytes(length * 2)) if (byte < 248) text += ALPHABET[byte % 62];
  }
  return text.slice(0, length);
}

export const newUserId = () => randomText(16) as UserId;
export const newPhotoId = () => randomText(16) as PhotoId;
export const newAlbumId = () => randomText(16) as AlbumId;
export const newShareId = () => randomText(16) as ShareId;
export const newInvitationId = () => randomText(16) as InvitationId;
export const newUploadId = () => randomText(16) as UploadId;
export const newTokenId = () => randomText(16) as TokenId;

/** The form that every id of ours has: letters and digits alone, so that it is safe in URLs, keys and object names. */
export const ID_PATTERN = /^[0-9A-Za-z]{16}$/;

export const isId = (text: string) => ID_PATTERN.test(text);
