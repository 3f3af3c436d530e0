import { UploadReply } from '../../../src/features/photos/schemas.ts';
import { checked } from '../../support/checked.ts';
import type { TestUser } from '../../support/test-user.ts';
import type { PhotoFile } from './photo-files.ts';
import { replacing, type BegunUpload, type Promises, type PromisedPhoto } from './promises.ts';
import type { Randomness } from './randomness.ts';

export interface PhoneDeps {
  user: TestUser;
  promises: Promises;
  random: Randomness;
  nextFile: () => PhotoFile;
  /** Is told of each answer. */
  answered: () => void;
}

let keys = 0;

/** Uploads one photo after the other until the program is gone; what was in doubt goes first, with its old key. */
export const uploadUntilDeath = (deps: PhoneDeps) =>
  untilDeath(deps, async ({ user, promises, nextFile }) => {
    const retried = [...promises.doubtful.values()].find(({ busy }) => !busy);
    const key = `key-${++keys}`;
    const upload: BegunUpload = retried ?? { key, caption: `Photo ${key}`, file: nextFile(), busy: false };
    promises.doubtful.set(upload.key, upload);
    await alone(upload, () => send(user, promises, upload));
    if (retried) promises.tally.retriedUploads++;
  });

async function send(user: TestUser, promises: Promises, upload: BegunUpload): Promise<void> {
  const { key, caption, file, found } = upload;
  const headers = { 'Idempotency-Key': key };
  const { status, body } = await user.upload(file.bytes, { fields: { caption }, headers });
  if (status !== 201) throw new Refusal(`The upload ${key} was answered with ${status}.`);
  const { photo } = checked(UploadReply, body);
  if (found !== undefined && found !== photo.id) throw new Refusal(`The upload ${key} has made a second photo.`);
  promises.keep(upload, photo.id);
}

/** Changes captions, moves photos to the trash and back, and deletes some for good, until the program is gone. */
export const rummageUntilDeath = (deps: PhoneDeps) =>
  untilDeath(deps, async ({ user, promises, random }) => {
    const photo = random.pick(random.whole(1, 3) === 1 ? promises.idle('trash') : promises.idle('timeline'));
    if (photo) return alone(photo, () => change(user, promises, photo, random));
    await expecting(200, user.get('/v1/me'));
    return 'nothing-done';
  });

async function change(user: TestUser, { tally }: Promises, photo: PromisedPhoto, random: Randomness): Promise<void> {
  const { id, places, captions } = photo;
  if (places.has('trash')) {
    const erase = random.whole(1, 2) === 1;
    if (erase) await replacing(places, 'nowhere', () => expecting(204, user.delete(`/v1/trash/${id}`)));
    else await replacing(places, 'timeline', () => expecting(200, user.post(`/v1/photos/${id}/restore`)));
    tally[erase ? 'erasures' : 'restorings']++;
  } else if (random.whole(1, 4) === 1) {
    photo.moved = true;
    await replacing(places, 'trash', () => expecting(204, user.delete(`/v1/photos/${id}`)));
    tally.trashings++;
  } else {
    const caption = `Caption ${random.fraction()}`;
    await replacing(captions, caption, () => expecting(200, user.patch(`/v1/photos/${id}`).send({ caption })));
    tally.edits++;
  }
}

/** The program answered, but not with what it owed: no crash excuses that. */
export class Refusal extends Error {}

/** Rejects unless the answer has this status. */
export async function expecting(status: number, request: PromiseLike<{ status: number; text: string }>) {
  const reply = await request;
  if (reply.status !== status) throw new Refusal(`${status} was owed, the answer was ${reply.status}: ${reply.text}`);
}

async function alone(thing: { busy: boolean }, work: () => Promise<void>): Promise<void> {
  thing.busy = true;
  try {
    await work();
  } finally {
    thing.busy = false;
  }
}

/** Repeats until the connection breaks, telling of each answer that mattered; rejects with a refusal. */
export async function untilDeath<Deps extends { answered: () => void }>(
  deps: Deps,
  step: (deps: Deps) => Promise<void | 'nothing-done'>,
): Promise<void> {
  try {
    for (;;) {
      if ((await step(deps)) !== 'nothing-done') deps.answered();
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
  }
}
