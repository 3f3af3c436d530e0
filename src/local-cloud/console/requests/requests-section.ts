import type { Section } from '../section.ts';
import { callListPage } from './call-list.ts';
import { requestListPage } from './request-list.ts';
import { requestPage } from './request-page.ts';

/** What the app was asked, and what it asked of the services for that. */
export const requestsSection: Section = {
  path: '/requests',
  title: 'Requests',
  summary: 'The last 500 requests, and below each its calls to Datastore, Storage and Tasks.',
  routes: [
    { method: 'GET', path: '/requests', handle: requestListPage },
    { method: 'GET', path: '/requests/one', handle: requestPage },
    { method: 'GET', path: '/requests/calls', handle: callListPage },
  ],
};
