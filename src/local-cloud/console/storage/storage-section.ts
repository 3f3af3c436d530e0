import type { Section } from '../section.ts';
import { bucketPage } from './bucket-page.ts';
import { bucketsPage } from './buckets-page.ts';
import { deleteObjectPage, deleteShownObject, objectMedia, objectPage } from './object-page.ts';

export const storageSection: Section = {
  path: '/storage',
  title: 'Storage',
  summary: 'Buckets and objects with previews, metadata and generations. Objects can be downloaded and deleted.',
  routes: [
    { method: 'GET', path: '/storage', handle: bucketsPage },
    { method: 'GET', path: '/storage/bucket', handle: bucketPage },
    { method: 'GET', path: '/storage/object', handle: objectPage },
    { method: 'GET', path: '/storage/media', handle: objectMedia },
    { method: 'GET', path: '/storage/delete', handle: deleteObjectPage },
    { method: 'POST', path: '/storage/delete', handle: deleteShownObject },
  ],
};
