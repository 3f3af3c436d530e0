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

test('uploads that arrive at once are stored although some among them are refused', async () => {
  await cloud.bucket.file('beside-0').save('before', { resumable: false });
  const names = Array.from({ length: 12 }, (_, n) => `beside-${n % 6}`);
  const outcomes = await Promise.allSettled(
    names.map((name, n) => cloud.bucket.file(name).save(`writer ${n}`, { resumable: false, ...createOnly })),
  );
  const stored = names.flatMap((name, n) =>
    outcomes[n]?.status === 'fulfilled' ? [{ name, text: `writer ${n}` }] : [],
  );
  expect(stored.map(({ name }) => name).sort()).toEqual(['beside-1', 'beside-2', 'beside-3', 'beside-4', 'beside-5']);
  for (const { name, text } of [{ name: 'beside-0', text: 'before' }, ...stored]) {
    expect((await cloud.bucket.file(name).download())[0].toString()).toBe(text);
  }
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
