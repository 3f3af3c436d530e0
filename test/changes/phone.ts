import { expect } from 'vitest';
import type { Album } from '../../src/features/albums/schemas.ts';
import { ChangesPage, type Change } from '../../src/features/changes/schemas.ts';
import type { ListedPhoto } from '../../src/features/photos/schemas.ts';
import type { TestUser } from '../support/test-user.ts';

/** A phone that keeps a copy of its user's library by the change feed alone. */
export interface Phone {
  /** By id. */
  photos: Map<string, ListedPhoto>;
  albums: Map<string, Album>;
  token: string | undefined;
}

export const newPhone = (): Phone => ({ photos: new Map(), albums: new Map(), token: undefined });

/** Reads one page of the feed. */
export async function readFeed(user: TestUser, token?: string, limit = 50): Promise<ChangesPage> {
  const query = new URLSearchParams({ limit: String(limit), ...(token === undefined ? {} : { token }) });
  const page = await user.read(`/v1/changes?${query.toString()}`, ChangesPage);
  expect(page.changes.length).toBeLessThanOrEqual(limit);
  return page;
}

/** Does to the phone's copy what one change says. */
export function apply(phone: Phone, change: Change): void {
  if ('photo' in change) phone.photos.set(change.photo.id, change.photo);
  else if ('album' in change) phone.albums.set(change.album.id, change.album);
  else if (change.kind === 'album') phone.albums.delete(change.id);
  else phone.photos.delete(change.id);
}

/** Reads page by page until there is no more, and keeps each token once its page is kept. */
export async function sync(phone: Phone, user: TestUser, limit?: number): Promise<void> {
  for (let more = true; more;) {
    const page = await readFeed(user, phone.token, limit);
    for (const change of page.changes) apply(phone, change);
    ({ token: phone.token, more } = page);
  }
}
