import { Storage } from '@google-cloud/storage';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startLocal, type LocalStorage } from './endpoint.ts';

let local: LocalStorage;

beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.stop());
afterEach(() => vi.unstubAllEnvs());

test.each(['STORAGE_EMULATOR_HOST', 'apiEndpoint'])('the client finds its way by %s', async (spelling) => {
  if (spelling === 'STORAGE_EMULATOR_HOST') vi.stubEnv(spelling, local.base);
  const storage = new Storage({ projectId: 'p', ...(spelling === 'apiEndpoint' ? { apiEndpoint: local.base } : {}) });
  const file = storage.bucket('photos').file(`by/${spelling}`);
  await file.save('resumable', { resumable: true });
  await file.save('multipart', { resumable: false });
  expect((await file.download())[0].toString()).toBe('multipart');
  expect((await storage.bucket('photos').getFiles({ prefix: 'by/' }))[0].map(({ name }) => name)).toContain(file.name);
  expect(await (await fetch(file.publicUrl())).text()).toBe('multipart');
  await file.delete();
  expect(await file.exists()).toEqual([false]);
});
