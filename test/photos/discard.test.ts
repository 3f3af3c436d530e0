import { Storage } from '@google-cloud/storage';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/runtime/clock.ts';
import { createLog } from '../../src/runtime/log.ts';
import { createBlobs } from '../../src/objects/blobs.ts';
import { createRecentOriginals } from '../../src/objects/recent-originals.ts';
import { discardUpload } from '../../src/features/photos/receive-upload.ts';
import { logEntry } from '../support/log-lines.ts';

test('an object that cannot be removed from the bucket is told to the log, and changes no answer', async () => {
  const lines: string[] = [];
  const unreachable = { projectId: 'p', apiEndpoint: 'http://127.0.0.1:1', retryOptions: { autoRetry: false } };
  const deps = {
    blobs: createBlobs(new Storage(unreachable).bucket('b')),
    recentOriginals: createRecentOriginals(0, systemClock),
    log: createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }),
  };

  await discardUpload(deps, { object: 'originals/left' });

  expect(lines.map(logEntry)).toMatchObject([
    { objects: ['originals/left'], err: { message: expect.stringContaining('ECONNREFUSED') as string } },
  ]);
});
