import { html, type Content } from '../../../runtime/html.ts';
import type { EndedRequest } from '../../../runtime/ended-request.ts';
import type { Key } from '../../datastore/protocol.ts';
import type { Trace } from '../../trace/trace.ts';
import { entityLink as entityPath } from '../datastore/entity-key.ts';
import { linkTo } from '../section.ts';
import { objectLink as objectPath } from '../storage/object-links.ts';
import { shortKey } from './call-words.ts';
import { statusClass } from './measures.ts';

export const requestPath = (id: string): string => linkTo('/requests/one', { id });

/** A link to a request by its method, path and status. */
export function requestLink({ id, method, path, status }: EndedRequest): Content {
  return html`<a class="mono" href="${requestPath(id)}">${method} ${path}</a>
    <span class="${statusClass(status)}">${status}</span>`;
}

/** The pages of the section. */
export const REQUEST_TABS = { '/requests': 'Requests', '/requests/calls': 'Calls without a request' };

/** A link to a request by its id: by its method and path where the app has reported them. */
export function linkToRequest(trace: Trace, id: string): Content {
  const ended = trace.requests().find((request) => request.id === id);
  return ended ? requestLink(ended) : html`<a class="mono" href="${requestPath(id)}">${id}</a>`;
}

/** A link to a task by its queue and its short name. */
export function taskLink(name: string): Content {
  const [, queue = '', task = ''] = /\/queues\/([^/]+)\/tasks\/(.+)$/.exec(name) ?? [];
  return html`<a href="${linkTo('/tasks/task', { name })}">${queue} / <span class="mono">${task}</span></a>`;
}

/** A link to an entity in the section for Datastore. */
export function entityLink(key: Key): Content {
  return html`<a class="mono" href="${entityPath(key)}">${shortKey(key)}</a>`;
}

/** A link to an object in the section for Storage. */
export function objectLink({ bucket, name }: { bucket: string; name: string }): Content {
  if (name === '') return html`<a href="${linkTo('/storage/bucket', { bucket })}">${bucket}</a>`;
  return html`<a class="mono" href="${objectPath(bucket, name)}">${bucket}/${name}</a>`;
}
