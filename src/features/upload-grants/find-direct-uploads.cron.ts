import type { Bucket } from '@google-cloud/storage';
import type { CreateTask } from '../../background/create-task.ts';
import { defineCron } from '../../background/define-cron.ts';
import { jobTask } from '../../background/job-task.ts';
import { listPages } from '../../objects/list-objects.ts';
import { GRANTED_PREFIX, grantedIn } from '../../objects/object-names.ts';
import { finishDirectRef } from './finish-direct-upload.job.ts';

/** Finds the files that have arrived by direct grants, by one list for a thousand of them, and enqueues a task for each. */
export const findDirectUploads = defineCron({
  name: 'find-direct-uploads',
  async run({ bucket, createTask }: { bucket: Bucket; createTask: CreateTask }) {
    let found = 0;
    for await (const listed of listPages(bucket, { prefix: GRANTED_PREFIX, from: GRANTED_PREFIX })) {
      for (const { name, createdAt } of listed) {
        // Until its task has run, the object is found each minute.
        await createTask(jobTask(finishDirectRef, grantedIn(name), { name: `direct|${name}|${createdAt}` }));
      }
      found += listed.length;
    }
    return `${found} files`;
  },
});
