import { expect, test } from 'vitest';
import { startContract } from './contract-world.ts';
import type { TaskMessage } from './tasks-world.ts';

const body = Buffer.from('x').toString('base64');
const url = 'https://example.com/worker';

const refused: [string, TaskMessage][] = [
  ['without a target', {}],
  ['whose relative uri does not begin with a slash', { appEngineHttpRequest: { relativeUri: 'tasks/x' } }],
  ['whose relative uri has a space', { appEngineHttpRequest: { relativeUri: '/a b' } }],
  ['whose relative uri is longer than 2083', { appEngineHttpRequest: { relativeUri: `/${'a'.repeat(2083)}` } }],
  ['with a body for GET', { appEngineHttpRequest: { httpMethod: 'GET', body } }],
  ['with a body for PATCH of the application', { appEngineHttpRequest: { httpMethod: 'PATCH', body } }],
  ['with a body for DELETE of a URL', { httpRequest: { url, httpMethod: 'DELETE', body } }],
  ['without a URL', { httpRequest: {} }],
  ['whose URL is not of http', { httpRequest: { url: 'ftp://example.com' } }],
  ['whose URL is longer than 2083', { httpRequest: { url: `${url}?${'a'.repeat(2083)}` } }],
  ['with a line break in a header', { appEngineHttpRequest: { headers: { 'X-Own': 'a\r\nX-Forged: b' } } }],
  ['with a header name that is none', { httpRequest: { url, headers: { 'X Own': 'a' } } }],
  ['with headers of 80 KB', { httpRequest: { url, headers: { 'X-Long': 'a'.repeat(80 * 1024) } } }],
  ['larger than a megabyte', { httpRequest: { url, body: Buffer.alloc(1 << 20, 1).toString('base64') } }],
];

test.each(refused)('a task %s is INVALID_ARGUMENT', async (_what, task) => {
  const { client, pausedQueue } = await startContract();
  await expect(client.createTask({ parent: await pausedQueue(), task })).rejects.toMatchObject({ code: 3 });
});

const accepted: [string, TaskMessage][] = [
  ['with a body for PUT', { appEngineHttpRequest: { httpMethod: 'PUT', body } }],
  ['with GET and no body', { appEngineHttpRequest: { httpMethod: 'GET' } }],
  ['with a body for PATCH of a URL', { httpRequest: { url, httpMethod: 'PATCH', body } }],
];

test.each(accepted)('a task %s is taken', async (_what, task) => {
  const { client, pausedQueue } = await startContract();
  await client.createTask({ parent: await pausedQueue(), task });
});
