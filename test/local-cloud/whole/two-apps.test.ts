import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../../process/support.ts';
import { picture } from '../../support/picture.ts';
import { signUp } from '../../support/test-user.ts';
import { startCloudProcess, temporaryFolder } from './cloud-process.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const FILES = ['indexes', 'queues', 'cron'].flatMap((name) => {
  const file = { indexes: 'index', queues: 'queue', cron: 'cron' }[name];
  return [`--${name}`, `${ROOT}${file}.yaml`];
});

async function startApp(env: Record<string, string>) {
  const program = await startProgram(await temporaryFolder(), env);
  onTestFinished(() => program.kill());
  return program;
}

test('a photo taken by one instance is in the very next read of the other one', async () => {
  const { env, cloud } = await startCloudProcess(await temporaryFolder(), [...FILES, '--consistency', '0']);
  const [one, other] = await Promise.all([startApp(env), startApp(env)]);
  const [ana, anaElsewhere] = [await signUp(one.url, 'ana'), await signUp(other.url, 'ana')];
  for (const [posting, reading] of [
    [ana, anaElsewhere],
    [anaElsewhere, ana],
  ] as const) {
    const { body } = await posting.upload(await picture()).expect(201);
    const timeline = await reading.get('/v1/timeline').expect(200);
    expect(timeline.body.items[0]).toMatchObject({ id: body.photo.id });
  }

  // Platform calls are believed by their secret: the variants that wait are made by whichever instance is called.
  await cloud.appIsAt(other.url);
  await cloud.drain();
  const { body } = await ana.get('/v1/timeline').expect(200);
  expect(body.items).toMatchObject([{ state: 'ready' }, { state: 'ready' }]);
  expect(await cloud.runCron('/cron/sweep-outbox')).toBe(200);
});

test('no caller is the platform without the secret', async () => {
  const { env } = await startCloudProcess(await temporaryFolder(), FILES);
  const app = await startApp(env);
  const headers = { 'X-Appengine-Cron': 'true', 'X-Local-Cloud-Secret': 'guessed' };
  expect((await fetch(`${app.url}/cron/sweep-outbox`, { headers })).status).toBe(404);
});
