import request from 'supertest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { datastoreLine } from '../support/datastore-line.ts';
import { picture } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const line = await datastoreLine(world.cloud.endpoints.datastore);
/** An instance whose line to Datastore is bad; the world's own is good. */
const unlucky = await secondInstance(world, { datastore: line.endpoint });

const items = async (user: TestUser) => (await user.read('/v1/timeline', TimelinePage)).items;

describe('an upload whose commit goes through while its answer is lost', () => {
  test('an upload whose commit is found to be applied is acknowledged once', async () => {
    const ana = await world.user();
    const far = await signUp(unlucky, ana.name);
    line.loseCommit();

    const { body } = await far.upload(await picture()).expect(201);

    expect(await items(ana)).toMatchObject([{ id: body.photo.id }]);
    await request(world.url).get(body.photo.original.url).expect(200);
  });

  test('an upload whose commit stays in doubt is reported as such, and its object stays', async () => {
    const ana = await world.user();
    const far = await signUp(unlucky, ana.name);
    const bytes = await picture();
    const headers = { 'Idempotency-Key': 'in doubt' };
    onTestFinished(line.mend);
    line.breakAtCommit();

    const problem = problemOf(await far.upload(bytes, { headers }).expect(503));

    expect(problem).toMatchObject({ code: 'unavailable', retryable: true });
    const [photo] = (await ana.read('/v1/timeline', TimelinePage)).items;
    const original = await request(world.url)
      .get(photo?.original.url ?? '')
      .responseType('blob')
      .expect(200);
    expect(Buffer.compare(bytesOf(original), bytes)).toBe(0);
    line.mend();
    const again = await far.upload(bytes, { headers }).expect(201);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await items(ana)).toHaveLength(1);
  });
});
