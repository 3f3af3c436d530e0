import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { Photo } from '../../../src/features/photos/schemas.ts';
import { checked } from '../../support/checked.ts';
import { picture } from '../../support/picture.ts';
import type { TestUser } from '../../support/test-user.ts';
import type { World } from '../../support/world.ts';
import type { Chromium } from '../chromium.ts';
import { THREE_PHOTOS, type Act, type SeedPhoto, type Stage, type Way } from './act.ts';

/** Does one act in one way, with an account of its own. */
export async function perform(act: Act, way: Way, world: World, { open, tolerate }: Chromium): Promise<void> {
  const user = await world.user();
  const photos = await seed(user, act.photos ?? THREE_PHOTOS);
  const page = await open(way.options);
  await page.context().request.post('/v1/session', { data: { token: user.token } });
  await page.goto('/');
  await act.run({ page, world, user, way, photos, tolerate });
}

const UploadedPhoto = z.looseObject({ photo: z.looseObject({ id: z.string() }) });

async function seed(user: TestUser, photos: readonly SeedPhoto[]): Promise<Map<string, string>> {
  const uploaded = await Promise.all(
    photos.map(async ({ takenAt, caption }): Promise<[string, string]> => {
      const { body } = await user.upload(await picture({ takenAt }), { fields: { caption } }).expect(201);
      return [caption, checked(UploadedPhoto, body).photo.id];
    }),
  );
  return new Map(uploaded);
}

/** Reads a photo by the API. */
export const photoNamed = (stage: Stage, caption: string) =>
  stage.user.read(`/v1/photos/${stage.photos.get(caption)}`, Photo);

/** Opens the page of a photo from the list in view. */
export async function openPhotoPage({ page, way }: Stage, caption: string): Promise<void> {
  const link = page.getByRole('link', { name: caption, exact: true });
  await link.click();
  // With script a click opens the lightbox.
  if (way.script) await page.getByRole('button', { name: 'The page of the photo' }).click();
  await page.locator('.single').waitFor();
}

/** Waits for the line that tells what an act has done. */
export const notice = (page: Page, text: string) =>
  page.getByRole('status').filter({ hasText: text }).first().waitFor();

/** Waits until a picture is decoded, and returns its width in pixels of the file. */
export const shownWidth = (image: Locator) =>
  image.evaluate(async (element) => {
    const shown = element as unknown as { decode(): Promise<void>; naturalWidth: number };
    await shown.decode();
    return shown.naturalWidth;
  });

/** Captions of the photos in view of the list, in its order. */
export const captionsOf = (page: Page) =>
  page
    .locator('.photo:not([hidden]) .frame img[width]')
    .evaluateAll((images) => images.map((image) => image.getAttribute('alt')));
