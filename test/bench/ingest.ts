import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { signUp, type TestUser } from '../support/test-user.ts';
import { alternate } from './alternate.ts';
import { startBareSharp } from './bare-sharp.ts';
import { cameraPhoto, numbered } from './camera-photo.ts';
import type { Figure } from './figure.ts';
import { startTimeline } from './photo-library.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { upload, type Upload } from './upload.ts';

const PHOTOS = 60;
const UPLOADS_AT_ONCE = 4;

/** From the first byte of many uploads to the moment when the last photo is ready, against sharp alone. */
export async function measureIngest(scope: AsyncDisposableStack): Promise<Figure> {
  const jpeg = await cameraPhoto();
  const file = join(await temporaryFolder(scope), 'photo.jpg');
  await writeFile(file, jpeg);
  const bare = await startBareSharp(file);
  scope.defer(() => bare.stop());

  const { url } = await startTimeline(scope);
  const user = await signUp(url, 'ana');
  const agent = new Agent({ keepAlive: true, maxSockets: UPLOADS_AT_ONCE });
  scope.defer(() => agent.destroy());

  const target = { url, token: user.token, agent };
  const numbers = Array(100 * PHOTOS).keys();
  const { ours, theirs } = await alternate(4, {
    ours: () => ingest(user, target, () => numbered(jpeg, Number(numbers.next().value))),
    theirs: () => bare.run(PHOTOS),
  });
  return {
    what: `${PHOTOS} photos of 12 MP and ${(jpeg.length / 1e6).toFixed(1)} MB, ${UPLOADS_AT_ONCE} uploads at once, until the last is ready`,
    value: ours,
    unit: 'photos/s',
    reference: { what: 'bare sharp, same variants, two at once', value: theirs },
    aim: { is: 'at least', ratio: 0.85 },
  };
}

/** Photos a second. */
async function ingest(user: TestUser, target: Upload, nextPhoto: () => Buffer[]): Promise<number> {
  const before = await sequenceOf(user);
  const left = Array(PHOTOS).keys();
  const send = async () => {
    for (const _ of left) await upload(target, nextPhoto());
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, send));
  await allReady(user, before);
  return (PHOTOS / (performance.now() - started)) * 1000;
}

/** Each photo changes the timeline twice, when it is posted and when it is ready; so one number tells of all. */
async function allReady(user: TestUser, before: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await sequenceOf(user)) < before + 2 * PHOTOS) {
    if (Date.now() > deadline) throw new Error('The variants were not made within a minute.');
    await pause(20);
  }
}

async function sequenceOf(user: TestUser): Promise<number> {
  const { body } = (await user.get('/v1/timeline?limit=1').expect(200)) as { body: { sequence: number } };
  return body.sequence;
}
