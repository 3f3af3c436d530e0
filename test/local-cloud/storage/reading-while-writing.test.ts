import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';

const cloud = contract();

test('a download that has begun ends with the bytes it began with, though the object is overwritten or deleted', async () => {
  const old = someBytes(5_000_000);
  const file = cloud.bucket.file('replaced');
  await file.save(old, { resumable: false });
  const response = await fetch(`${cloud.base}/storage/v1/b/${cloud.bucket.name}/o/replaced?alt=media`);
  await file.save('new', { resumable: false });
  await file.delete();
  expect(Buffer.from(await response.arrayBuffer()).equals(old)).toBe(true);
});

test('readers beside a writer see old or new bytes, never a mixture, never nothing', async () => {
  const file = cloud.bucket.file('busy');
  const versions = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000));
  await file.save(versions[0]!, { resumable: false });
  const writes = (async () => {
    for (const version of [...versions, ...versions]) await file.save(version, { resumable: false });
  })();
  for (let n = 0; n < 20; n++) expect(versions).toContain((await file.download({ validation: false }))[0].toString());
  await writes;
});
