import type { Section } from '../section.ts';
import { createTask, createTaskPage } from './create-task-page.ts';
import { cronPage, runCronJob } from './cron-page.ts';
import { changeQueue, queueListPage } from './queue-list-page.ts';
import { queuePage } from './queue-page.ts';
import { changeTask, taskPage } from './task-page.ts';

/** What the app does later: queues with their tasks, and the jobs of cron.yaml. */
export const tasksSection: Section = {
  path: '/tasks',
  title: 'Tasks and cron',
  summary: 'Queues with their tasks, attempts and rates; scheduled jobs with their last and next runs.',
  routes: [
    { method: 'GET', path: '/tasks', handle: queueListPage },
    { method: 'POST', path: '/tasks/change-queue', handle: changeQueue },
    { method: 'GET', path: '/tasks/queue', handle: queuePage },
    { method: 'GET', path: '/tasks/task', handle: taskPage },
    { method: 'POST', path: '/tasks/change-task', handle: changeTask },
    { method: 'GET', path: '/tasks/create', handle: createTaskPage },
    { method: 'POST', path: '/tasks/create', handle: createTask },
    { method: 'GET', path: '/tasks/cron', handle: cronPage },
    { method: 'POST', path: '/tasks/cron', handle: runCronJob },
  ],
};
