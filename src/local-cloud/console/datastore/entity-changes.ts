import { html, type Content } from '../../../runtime/html.ts';
import { reasonOf } from '../../cloud-error.ts';
import type { Mutation } from '../../datastore/protocol.ts';
import { linkTo, type Asked, type ConsoleDeps, type Onward, type Page } from '../section.ts';
import { entityLink, keyWords, lastName, partitionIn, partitionQuery, readKey, writeKey } from './entity-key.ts';
import { keyTrail } from './key-trail.ts';
import { entityNamedIn, findEntity, type FoundEntity } from './stored-entity.ts';
import { readProperties, writeProperties } from './typed-json.ts';

/** The properties of an entity as JSON in a form. */
export function editPage(deps: ConsoleDeps, { query }: Asked): Page {
  const found = entityNamedIn(deps, query);
  return editor(found, { text: writeProperties(found.entity), version: String(found.stored.version) });
}

/** Replaces the properties, unless the entity has changed since the form was opened. A refused text stays in the form. */
export async function saveEntity(deps: ConsoleDeps, { form }: Asked): Promise<Page | Onward> {
  const found = entityNamedIn(deps, form);
  const { key, partition } = found;
  const [text, version] = [form.get('properties') ?? '', form.get('version') ?? ''];
  if (version !== String(found.stored.version)) return editor(found, { text, version, conflict: true });
  try {
    const isKept = await commit(deps, found, {
      operation: 'update',
      update: { key, properties: readProperties(text) },
    });
    if (!isKept) return editor(found, { text, version, conflict: true });
  } catch (error) {
    return editor(found, { text, version, fault: reasonOf(error) });
  }
  const where = { key: writeKey(key), ...partitionQuery(partition) };
  return { location: linkTo('/datastore/entity', { ...where, done: 'saved' }) };
}

interface Entered {
  text: string;
  version: string;
  fault?: string;
  conflict?: boolean;
}

const editor = ({ key, partition, stored }: FoundEntity, { text, version, fault, conflict }: Entered): Page => ({
  title: `Edit ${lastName(key)}`,
  status: conflict ? 409 : fault === undefined ? 200 : 400,
  main: html`${keyTrail(key, partition)}
    <h1>Edit ${lastName(key)}</h1>
    ${fault !== undefined && html`<p class="fault" role="alert">${fault} Nothing was saved.</p>`}
    ${
      conflict &&
      html`<p class="fault" role="alert">
        The entity has changed since this form was opened, so nothing was saved. Your text is still below.
        <a href="${linkTo('/datastore/edit', { key: writeKey(key), ...partitionQuery(partition) })}"
          >Edit the version of now</a
        >, ${stored.version}.
      </p>`
    }
    <form method="post" action="/datastore/edit">
      ${whereFields({ key, partition }, version)}
      <label
        >Properties, as JSON with types
        <textarea name="properties" rows="24" spellcheck="false" autocapitalize="none">${`\n${text}`}</textarea>
      </label>
      <p class="soft">
        Types are those of the REST API: stringValue, integerValue, doubleValue, booleanValue, timestampValue, keyValue,
        blobValue, arrayValue, entityValue, geoPointValue, nullValue. A text that holds JSON is jsonText.
      </p>
      <div class="row">
        <button class="main">Save</button>
        <a class="button" href="${entityLink(key, partition)}">Cancel</a>
      </div>
    </form>`,
});

/** Asks before an entity is deleted. */
export function deletePage(deps: ConsoleDeps, { query }: Asked): Page {
  const { key, partition, stored } = entityNamedIn(deps, query);
  return confirmation({ key, partition }, String(stored.version), undefined);
}

/** Deletes the entity, unless it has changed since the page was opened. */
export async function deleteEntity(deps: ConsoleDeps, { form }: Asked): Promise<Page | Onward> {
  const partition = partitionIn(deps, form);
  const key = readKey(form.get('key'), partition);
  const version = form.get('version') ?? '';
  const found = findEntity(deps, key, partition);
  const isGone = !found || (version === String(found.stored.version) && (await commit(deps, found, deletion(key))));
  if (!isGone) {
    const words = 'The entity has changed since this page was opened. It was not deleted.';
    return { ...confirmation({ key, partition }, String(found.stored.version), words), status: 409 };
  }
  return { location: linkTo('/datastore/kind', { kind: key.path.at(-1)?.kind, ...partitionQuery(partition) }) };
}

const deletion = (key: FoundEntity['key']): Mutation => ({ operation: 'delete', delete: key });

const confirmation = (where: Where, version: string, fault: string | undefined): Page => ({
  title: `Delete ${lastName(where.key)}`,
  main: html`${keyTrail(where.key, where.partition)}
    <h1>Delete this entity?</h1>
    ${fault !== undefined && html`<p class="fault" role="alert">${fault}</p>`}
    <p class="mono">${keyWords(where.key)}</p>
    <p class="soft">Entities below it, and objects in Storage, stay.</p>
    <form method="post" action="/datastore/delete" class="row">
      ${whereFields(where, version)}
      <button class="danger">Delete</button>
      <a class="button" href="${entityLink(where.key, where.partition)}">Cancel</a>
    </form>`,
});

type Where = Pick<FoundEntity, 'key' | 'partition'>;

const whereFields = ({ key, partition }: Where, version: string): Content =>
  Object.entries({ key: writeKey(key), version, ...partitionQuery(partition) }).map(
    ([name, text]) => text !== undefined && html`<input type="hidden" name="${name}" value="${text}" />`,
  );

/** Whether the mutation took place: not where the entity has another version by now. */
async function commit({ datastore, projectId }: ConsoleDeps, found: FoundEntity, mutation: Mutation): Promise<boolean> {
  const { engine } = datastore;
  const { outcomes } = await engine.commit({
    projectId,
    databaseId: found.partition.databaseId,
    mode: 'NON_TRANSACTIONAL',
    mutations: [{ ...mutation, conflictDetectionStrategy: 'baseVersion', baseVersion: String(found.stored.version) }],
  });
  await engine.disk.commits.durable();
  return !outcomes.some(({ conflict }) => conflict);
}
