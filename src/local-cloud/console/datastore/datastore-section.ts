import type { Section } from '../section.ts';
import { deleteEntity, deletePage, editPage, saveEntity } from './entity-changes.ts';
import { entitiesPage } from './entities-page.ts';
import { entityPage, wholeValue } from './entity-page.ts';
import { indexesPage } from './indexes-page.ts';
import { kindsPage } from './kinds-page.ts';

export const datastoreSection: Section = {
  path: '/datastore',
  title: 'Datastore',
  summary: 'Kinds, entities and the use of indexes. Entities can be changed and deleted.',
  routes: [
    { method: 'GET', path: '/datastore', handle: kindsPage },
    { method: 'GET', path: '/datastore/indexes', handle: indexesPage },
    { method: 'GET', path: '/datastore/kind', handle: entitiesPage },
    { method: 'GET', path: '/datastore/entity', handle: entityPage },
    { method: 'GET', path: '/datastore/value', handle: wholeValue },
    { method: 'GET', path: '/datastore/edit', handle: editPage },
    { method: 'POST', path: '/datastore/edit', handle: saveEntity },
    { method: 'GET', path: '/datastore/delete', handle: deletePage },
    { method: 'POST', path: '/datastore/delete', handle: deleteEntity },
  ],
};
