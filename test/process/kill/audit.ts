import { Me } from '../../../src/features/accounts/schemas.ts';
import type { ListedPhoto } from '../../../src/features/photos/schemas.ts';
import { Days, TimelinePage } from '../../../src/features/timeline/schemas.ts';
import { UploadPage } from '../../../src/features/uploads/schemas.ts';
import type { z } from 'zod';
import { newPhone, sync } from '../../changes/phone.ts';
import { bytesOf } from '../../support/replies.ts';
import type { TestUser } from '../../support/test-user.ts';
import { sha256Of } from './photo-files.ts';
import type { Place, Promises, PromisedPhoto } from './promises.ts';

/**
 * Compares what the service shows with what it has acknowledged, and notes the outcome of requests without a reply. Reads the
 * bytes of each photo once. Throws an Error that names the first broken promise.
 */
export class Audit {
  readonly #read = new Set<string>();
  /** Follows the feed of changes from the first one on. */
  readonly #phone = newPhone();

  get photosRead(): number {
    return this.#read.size;
  }

  async run(user: TestUser, promises: Promises): Promise<void> {
    const timeline = await listed(user, '/v1/timeline?limit=200');
    const trash = await listed(user, '/v1/trash?limit=200');
    const shown = new Map([...timeline, ...trash].map((photo) => [photo.id, photo]));
    mustBe(shown.size === timeline.length + trash.length, 'A photo shows twice.');
    await this.#agreement(user, timeline, trash);
    await this.#feed(user, timeline);

    const places = new Map([
      ...trash.map(({ id }) => [id, 'trash'] as const),
      ...timeline.map(({ id }) => [id, 'timeline'] as const),
    ]);
    settleUploads(promises, shown);
    for (const photo of promises.photos.values()) settle(photo, shown.get(photo.id), places.get(photo.id) ?? 'nowhere');
    const doubtful = new Set([...promises.doubtful.values()].map(({ found }) => found));
    for (const id of shown.keys()) mustBe(promises.photos.has(id) || doubtful.has(id), `No request has posted ${id}.`);
    for (const photo of shown.values()) await this.#bytes(user, photo);
  }

  /** Checks orders, counts and quota, which one transaction writes together. */
  async #agreement(user: TestUser, timeline: ListedPhoto[], trash: ListedPhoto[]): Promise<void> {
    mustBe(descends(timeline.map(({ takenAt }) => takenAt.local)), 'The timeline is out of order.');
    const posted = await listed(user, '/v1/timeline?limit=200&order=posted');
    mustBe(descends(posted.map(({ postedAt }) => postedAt)), 'The timeline by posting is out of order.');
    mustBe(sameIds(posted, timeline), 'The two orders of the timeline hold different photos.');
    const { total } = await user.read('/v1/timeline/days', Days);
    mustBe(total === timeline.length, `The days count ${total} photos of ${timeline.length}.`);
    const { usage } = await user.read('/v1/me', Me);
    mustBe(usage.photos === timeline.length, `The account counts ${usage.photos} photos of ${timeline.length}.`);
    const bytes = [...timeline, ...trash].reduce((sum, photo) => sum + photo.bytes, 0);
    mustBe(usage.bytes === bytes, `The account counts ${usage.bytes} bytes of ${bytes}.`);
    const open = await user.read('/v1/uploads', UploadPage);
    const announced = open.items.reduce((sum, { bytes: reserved }) => sum + reserved, 0);
    mustBe(usage.reservedBytes === announced, `The account sets ${usage.reservedBytes} bytes aside for ${announced}.`);
  }

  /** Checks that a copy which follows only the feed of changes equals the timeline. */
  async #feed(user: TestUser, timeline: ListedPhoto[]): Promise<void> {
    await sync(this.#phone, user, 200);
    const copies = [...this.#phone.photos.values()];
    mustBe(sameIds(copies, timeline), 'The feed has missed a photo, or has one that is not there.');
    for (const { id, caption } of timeline) {
      mustBe(this.#phone.photos.get(id)?.caption === caption, `The feed has missed an edit of ${id}.`);
    }
  }

  async #bytes(user: TestUser, { id, sha256, original }: ListedPhoto): Promise<void> {
    if (this.#read.has(id)) return;
    const reply = await user.get(original.url).responseType('blob').expect(200);
    mustBe(sha256Of(bytesOf(reply)) === sha256, `The original of ${id} has changed.`);
    this.#read.add(id);
  }
}

export async function listed(user: TestUser, path: string): Promise<ListedPhoto[]> {
  const photos: ListedPhoto[] = [];
  for (let next: string | null = path; next;) {
    const page: z.output<typeof TimelinePage> = await user.read(next, TimelinePage);
    photos.push(...page.items);
    next = page.next && `${path}&cursor=${page.next}`;
  }
  return photos;
}

/** An upload without an answer has become one photo or none. */
function settleUploads({ doubtful, photos }: Promises, shown: Map<string, ListedPhoto>): void {
  const bySum = Map.groupBy(shown.values(), ({ sha256 }) => sha256);
  for (const { id, sha256, places } of photos.values()) {
    if (!places.has('nowhere')) mustBe(bySum.get(sha256)?.length === 1, `The photo ${id} is lost or doubled.`);
  }
  for (const upload of doubtful.values()) {
    const [found, second] = bySum.get(upload.file.sha256) ?? [];
    mustBe(!second, `The upload ${upload.key} has made two photos.`);
    if (found) upload.found = found.id;
  }
}

/** Checks that the photo is in a possible state, and notes that state as the only one. */
function settle(photo: PromisedPhoto, shown: ListedPhoto | undefined, place: Place): void {
  mustBe(photo.places.has(place), `The photo ${photo.id} is in ${place} and not in ${[...photo.places].join(' or ')}.`);
  photo.places = new Set([place]);
  if (!shown) return;
  mustBe(shown.sha256 === photo.sha256, `The photo ${photo.id} is another one.`);
  mustBe(photo.captions.has(shown.caption), `The caption of ${photo.id} is "${shown.caption}".`);
  photo.captions = new Set([shown.caption]);
  photo.postedAt = shown.postedAt;
}

function descends(values: string[]): boolean {
  return values.every((value, at) => at === 0 || value <= (values[at - 1] ?? ''));
}

function sameIds(some: { id: string }[], others: { id: string }[]): boolean {
  const ids = new Set(others.map(({ id }) => id));
  return some.length === others.length && some.every(({ id }) => ids.has(id));
}

function mustBe(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
