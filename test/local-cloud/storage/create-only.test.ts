import { expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();
const createOnly = { preconditionOpts: { ifGenerationMatch: 0 } };

test('[unverified] of ten writers that create one name at once exactly one wins, the others get 412', async () => {
  const file = cloud.bucket.file('once');
  const writes = Array.from({ length: 10 }, (_, n) =>
    file.save(`writer ${n}`, { resumable: n % 2 === 0, ...createOnly }),
  );
  const outcomes = await Promise.allSettled(writes);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(9);
  for (const { reason } of refused) expect(Number(reason.code ?? reason.status)).toBe(412);
});

test('after the object is deleted its name can be created again, with a higher generation', async () => {
  const file = cloud.bucket.file('again');
  await file.save('first', { resumable: false, ...createOnly });
  const [first] = await file.getMetadata();
  await file.delete();
  await file.save('second', { resumable: false, ...createOnly });
  const [second] = await file.getMetadata();
  expect(Number(second.generation)).toBeGreaterThan(Number(first.generation));
});
