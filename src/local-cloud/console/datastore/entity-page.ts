import { html, type Content } from '../../../runtime/html.ts';
import type { Entity, Key, Value } from '../../datastore/protocol.ts';
import { facts } from '../facts.ts';
import { ConsoleFault, linkTo, type Asked, type ConsoleDeps, type File, type Page } from '../section.ts';
import { linkToRequest } from '../requests/request-links.ts';
import { requestsOf } from '../requests/traced-requests.ts';
import { objectLinkFinder, objectsNamedAfter } from '../storage/object-links.ts';
import { bytesInWords, cut, timeOf } from '../words.ts';
import { entityLink, lastName, partitionQuery, writeKey } from './entity-key.ts';
import { jsonIn } from './json-in.ts';
import { keyTrail } from './key-trail.ts';
import { jsonTree, type LinkFor } from './json-tree.ts';
import { entityNamedIn, type FoundEntity } from './stored-entity.ts';
import { plainValue } from './plain-value.ts';
import { TYPE_WORDS, valueInWords } from './value-words.ts';

/** Characters of a text that the page shows. The rest is behind a link, so that an entity of 1 MiB is shown at once. */
const LONGEST_SHOWN = 4_000;

/** One entity: its key path, its properties with JSON texts as trees, and what it is linked with. */
export function entityPage(deps: ConsoleDeps, { query }: Asked): Page {
  const found = entityNamedIn(deps, query);
  const { partition, key, entity, stored } = found;
  const where = { key: writeKey(key), ...partitionQuery(partition) };
  const properties = Object.entries(entity.properties ?? {}).sort(([a], [b]) => a.localeCompare(b));
  const linkFor = objectLinkFinder(deps);
  return {
    title: `${key.path.at(-1)?.kind} ${lastName(key)}`,
    main: html`${keyTrail(key, partition)}
      <h1><span class="soft">${key.path.at(-1)?.kind}</span> ${lastName(key)}</h1>
      ${query.get('done') === 'saved' && html`<p class="notice" role="status">The entity was saved.</p>`}
      ${facts({
        Written: timeOf(stored.version / 1000),
        Created: timeOf(stored.created / 1000),
        Size: bytesInWords(stored.data.length),
        Version: String(stored.version),
      })}
      <div class="row">
        <a class="button" href="${linkTo('/datastore/edit', where)}">Edit</a>
        <a class="button" href="${linkTo('/datastore/delete', where)}">Delete</a>
        <a class="button" href="${linkTo('/datastore/kind', { ancestor: writeKey(key), ...partitionQuery(partition) })}"
          >Entities below it</a
        >
      </div>
      ${changedBySection(deps, key)} ${objectSection(deps, found)}
      <h2>Properties</h2>
      ${
        properties.length === 0
          ? html`<p class="empty">This entity has no properties.</p>`
          : properties.map(([name, value]) => property(name, value, where, linkFor))
      }`,
  };
}

function property(name: string, value: Value, where: Record<string, string | undefined>, linkFor: LinkFor): Content {
  const packed = value.valueType === 'stringValue' ? jsonIn(value.stringValue) : undefined;
  const type = packed ? 'JSON text' : TYPE_WORDS[value.valueType];
  return html`<section class="property">
    <h3>
      ${name}
      <span class="pill">${type}</span> ${value.excludeFromIndexes && html`<span class="soft">not indexed</span>`}
    </h3>
    ${packed ? jsonTree(packed, linkFor) : shown(value, linkFor)} ${wholeLink(name, value, where)}
  </section>`;
}

function shown(value: Value, linkFor: LinkFor): Content {
  switch (value.valueType) {
    case 'arrayValue':
    case 'entityValue':
      return jsonTree(plainValue(value), linkFor);
    case 'keyValue':
      return html`<p class="mono">
        <a href="${entityLink(value.keyValue)}">${valueInWords(value, LONGEST_SHOWN)}</a>
      </p>`;
    case 'stringValue': {
      const link = linkFor(value.stringValue);
      const text = cut(value.stringValue, LONGEST_SHOWN);
      return html`<p class="mono value">${link ? html`<a href="${link}">${text}</a>` : text}</p>`;
    }
    case 'nullValue':
    case 'booleanValue':
    case 'integerValue':
    case 'doubleValue':
    case 'timestampValue':
    case 'blobValue':
    case 'geoPointValue':
      break;
  }
  return html`<p class="mono value">${valueInWords(value, LONGEST_SHOWN)}</p>`;
}

function wholeLink(name: string, value: Value, where: Record<string, string | undefined>): Content {
  const size = value.valueType === 'stringValue' ? value.stringValue.length : 0;
  if (size <= LONGEST_SHOWN && value.valueType !== 'blobValue') return undefined;
  const link = linkTo('/datastore/value', { ...where, property: name });
  const label = value.valueType === 'blobValue' ? 'Download the bytes' : `All of it, ${bytesInWords(size)}`;
  return html`<p><a href="${link}">${label}</a></p>`;
}

/** The whole value of a text or of bytes, as a file. */
export function wholeValue(deps: ConsoleDeps, { query }: Asked): File {
  const { entity } = entityNamedIn(deps, query);
  const value = valueOf(entity, query.get('property') ?? '');
  if (value.valueType === 'blobValue') {
    const headers = { 'Content-Disposition': 'attachment' };
    return { type: 'application/octet-stream', bytes: Buffer.from(value.blobValue), headers };
  }
  const text = value.valueType === 'stringValue' ? value.stringValue : JSON.stringify(plainValue(value), null, 2);
  return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(text) };
}

function valueOf({ properties = {} }: Entity, name: string): Value {
  const value = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (!value) throw new ConsoleFault(404, `The entity has no property ${name}.`);
  return value;
}

const MOST_REQUESTS = 10;

/** The requests of the trace that have written the entity, newest first. They lead to tasks. */
function changedBySection({ trace }: ConsoleDeps, key: Key): Content {
  const path = writeKey(key);
  const ids = new Set<string>();
  for (const call of trace.calls.newestFirst()) {
    if (ids.size >= MOST_REQUESTS) break;
    const isWritten = call.status === 'OK' && call.changes?.some((change) => writeKey(change.key) === path);
    if (isWritten) for (const id of requestsOf(call)) ids.add(id);
  }
  if (ids.size === 0) return undefined;
  return html`<h2>Requests that wrote it</h2>
    <ul class="plain">
      ${[...ids].map((id) => html`<li>${linkToRequest(trace, id)}</li>`)}
    </ul>`;
}

function objectSection(deps: ConsoleDeps, { key }: FoundEntity): Content {
  const objects = objectsNamedAfter(deps, key);
  if (objects.length === 0) return undefined;
  return html`<h2>Objects named after its key</h2>
    <ul class="plain">
      ${objects.map(({ href, name, size }) => html`<li><a href="${href}">${name}</a> ${bytesInWords(size)}</li>`)}
    </ul>`;
}
