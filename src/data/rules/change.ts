import { idempotencyChanges, type IdempotencyChanges } from '../commit/idempotency.ts';
import type { Entities } from '../commit/unit-of-work.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { accountChanges, type AccountChanges } from './account-changes.ts';
import type { ChangeContext } from './change-context.ts';
import { dayCountChanges, type DayCountChanges } from './day-counts.ts';
import { objectChanges, type ObjectChanges } from './erasure.ts';
import { eventChanges, type EventChanges } from './events.ts';
import { outboxChanges, type Enqueued } from './outbox-changes.ts';
import { photoChanges, type PhotoChanges } from './photo-changes.ts';
import type { Photo } from '../model/records.ts';
import { uploadChanges, type UploadChanges } from './upload-changes.ts';

/**
 * One change of one user's data. Its groups are the rules that keep list, day counts, feed, content index and totals in
 * agreement. A feature adds rules of its own as functions over `entities` and `outbox`.
 */
export interface Change extends ChangeContext {
  readonly account: AccountChanges;
  readonly albums: AlbumChanges;
  readonly days: DayCountChanges;
  readonly events: EventChanges;
  readonly idempotency: IdempotencyChanges;
  readonly objects: ObjectChanges;
  readonly photos: PhotoChanges;
  readonly uploads: UploadChanges;
}

/** What the feature that keeps albums tells the others. */
interface AlbumChanges {
  named(album: AlbumId, title: string | undefined): Promise<void>;
}

/** What a feature does inside the changes of others. It commits with them or not at all. */
export interface ChangeRules {
  /** Runs after each photo that a change writes, with the photo as it was before; undefined for a new one. */
  onPhotoChanged?(change: Change, before: Photo | undefined, after: Photo): Promise<void>;
  /** Runs after each photo that a change adds. */
  onPhotoAdded?(change: Change, photo: Photo): Promise<void>;
  /** Runs after an album got another title. Undefined: it was deleted. */
  onAlbumNamed?(change: Change, album: AlbumId, title: string | undefined): Promise<void>;
  /** Runs after photos were erased, with the photos as they were before. */
  onPhotosErased?(change: Change, photos: readonly Photo[]): Promise<void>;
}

/** What a change is made of besides its user and the entities that it sees. */
interface ChangeOptions {
  /** Milliseconds since the Unix epoch. */
  now: number;
  /** Takes the tasks that the change asks for. */
  enqueued: Enqueued[];
  rules?: readonly ChangeRules[] | undefined;
}

export function createChange(userId: UserId, entities: Entities, options: ChangeOptions): Change {
  const { now, enqueued, rules = [] } = options;
  const context: ChangeContext = { userId, now, entities, outbox: outboxChanges(entities, now, enqueued) };
  const account = accountChanges(context);
  const events = eventChanges(context, account);
  const objects = objectChanges(context);
  const rulesOfFeatures = {
    async changed(before: Photo | undefined, after: Photo) {
      for (const rule of rules) await rule.onPhotoChanged?.(change, before, after);
    },
    async added(photo: Photo) {
      for (const rule of rules) await rule.onPhotoAdded?.(change, photo);
    },
    async erased(photos: readonly Photo[]) {
      for (const rule of rules) await rule.onPhotosErased?.(change, photos);
    },
  };
  const change: Change = {
    ...context,
    account,
    albums: {
      async named(album, title) {
        for (const rule of rules) await rule.onAlbumNamed?.(change, album, title);
      },
    },
    events,
    objects,
    days: dayCountChanges(context, account),
    idempotency: idempotencyChanges(context),
    photos: photoChanges(context, { account, events, rules: rulesOfFeatures }),
    uploads: uploadChanges(context, { account, objects }),
  };
  return change;
}
