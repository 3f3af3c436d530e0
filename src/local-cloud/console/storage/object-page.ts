import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, createGunzip } from 'node:zlib';
import { html, type Content } from '../../../runtime/html.ts';
import type { StoredObject } from '../../storage/engine/object.ts';
import { deleteObject, getObject } from '../../storage/engine/objects.ts';
import { entitiesNamedIn } from '../datastore/entity-links.ts';
import { entityLink, keyWords } from '../datastore/entity-key.ts';
import { facts } from '../facts.ts';
import { linkTo, type Asked, type ConsoleDeps, type File, type Onward, type Page } from '../section.ts';
import { bytesInWords, timeOf } from '../words.ts';
import { storageTrail } from './bucket-page.ts';
import { objectLink } from './object-links.ts';

/** Bytes of a text that the page shows. */
const PREVIEW_BYTES = 16_384;

/** One generation of an object: a preview, its metadata, its other generations and the entities that its name tells of. */
export async function objectPage(deps: ConsoleDeps, { query }: Asked): Promise<Page> {
  const object = objectNamedIn(deps, query);
  const { bucket, name, generation } = object;
  const where = { bucket, name, generation };
  const folder = name.slice(0, name.lastIndexOf('/', name.length - 2) + 1);
  return {
    title: name,
    main: html`${storageTrail(bucket, folder)}
      <h1>${name.slice(folder.length)}</h1>
      ${object.noncurrent !== null && html`<p class="notice">This is an old generation.</p>`}
      <div class="row">
        <a class="button" href="${linkTo('/storage/media', { ...where, download: 1 })}" download>Download</a>
        <a class="button" href="${linkTo('/storage/delete', where)}">Delete</a>
      </div>
      ${await preview(deps, object)} ${metadata(object)} ${generations(deps, object)} ${entities(deps, name)}`,
  };
}

/**
 * Finds the object that a query names; without a generation, the live one.
 * @throws StorageError noSuchBucket, noSuchObject
 */
function objectNamedIn({ storage }: ConsoleDeps, query: URLSearchParams): StoredObject {
  const generation = Number(query.get('generation') ?? NaN);
  const ref = { bucket: query.get('bucket') ?? '', name: query.get('name') ?? '' };
  return getObject(storage.engine, Number.isSafeInteger(generation) ? { ...ref, generation } : ref);
}

/** Types that browsers show in an `img`. */
const SHOWN_IMAGES = /^image\/(jpeg|png|gif|webp|avif|svg\+xml|bmp|x-icon)$/;
const TEXTS = /^(text\/|application\/(json|xml|yaml|javascript|x-ndjson)|.*\+(json|xml)$)/;

async function preview(deps: ConsoleDeps, object: StoredObject): Promise<Content> {
  const { bucket, name, generation, size } = object;
  const type = typeOf(object);
  if (size === 0) return html`<p class="empty">This object has no bytes.</p>`;
  if (SHOWN_IMAGES.test(type)) {
    const source = linkTo('/storage/media', { bucket, name, generation });
    return html`<p class="picture">
      <a href="${source}"><img src="${source}" alt="Preview of ${name}" /></a>
    </p>`;
  }
  if (!TEXTS.test(type)) return html`<p class="empty">There is no preview of ${type}.</p>`;
  const bytes = await buffer(read(deps, object, PREVIEW_BYTES));
  const text = bytes.toString('utf8', 0, PREVIEW_BYTES);
  return html`<h2>Text</h2>
    <pre class="code" tabindex="0">${`\n${text}`}</pre>
    ${Math.max(size, bytes.length) > PREVIEW_BYTES && html`<p class="soft">The first ${bytesInWords(PREVIEW_BYTES)} are shown.</p>`}`;
}

const typeOf = ({ fields }: StoredObject) =>
  (fields.contentType ?? 'application/octet-stream').split(';', 1)[0]!.trim().toLowerCase();

function metadata(object: StoredObject): Content {
  const { size, created, updated, generation, metageneration, crc32c, md5, components, noncurrent, fields } = object;
  const { metadata = {}, ...rest } = fields;
  return html`<h2>Metadata</h2>
    ${facts({
      Size: `${bytesInWords(size)} (${size.toLocaleString('en')} bytes)`,
      Created: timeOf(created),
      'Metadata changed': timeOf(updated),
      Replaced: noncurrent === null ? undefined : timeOf(noncurrent),
      Generation: String(generation),
      Metageneration: metageneration,
      CRC32C: crc32c,
      MD5: md5 ?? 'none: it is composed',
      Components: components ?? undefined,
      ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
    })}
    ${
      Object.keys(metadata).length > 0 &&
      html`<h3>Custom metadata</h3>
        ${facts(metadata)}`
    }`;
}

const MOST_GENERATIONS = 50;

function generations({ storage }: ConsoleDeps, { bucket, name, generation }: StoredObject): Content {
  const all: StoredObject[] = [];
  for (const object of storage.engine.store.objects.range(bucket, { name, generation: 0 }, undefined, true)) {
    if (object.name !== name || all.length === MOST_GENERATIONS) break;
    all.push(object);
  }
  if (all.length < 2) return undefined;
  return html`<h2>Generations</h2>
    <ul class="plain">
      ${all.reverse().map((object) => {
        const label = html`${object.generation}, ${timeOf(object.created)}, ${bytesInWords(object.size)}`;
        const link = objectLink(bucket, name, object.generation);
        return html`<li>
          ${object.generation === generation ? label : html`<a href="${link}">${label}</a>`}
          ${object.noncurrent === null && html`<span class="pill">live</span>`}
        </li>`;
      })}
    </ul>`;
}

function entities(deps: ConsoleDeps, name: string): Content {
  const keys = entitiesNamedIn(deps, name);
  if (keys.length === 0) return undefined;
  return html`<h2>Entities that its name tells of</h2>
    <ul class="plain">
      ${keys.map((key) => html`<li><a href="${entityLink(key)}">${keyWords(key)}</a></li>`)}
    </ul>`;
}

/** The bytes of an object, as a picture of a page or as a download. They never run as a page of the console. */
export function objectMedia(deps: ConsoleDeps, { query }: Asked): File {
  const object = objectNamedIn(deps, query);
  const type = typeOf(object);
  const isShown = SHOWN_IMAGES.test(type) && query.get('download') === null;
  const headers = {
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    ...(!isShown && { 'Content-Disposition': attachment(object.name) }),
  };
  return { type: isShown ? type : 'application/octet-stream', bytes: read(deps, object), headers };
}

/** RFC 6266: a name of any characters, and one of plain ASCII for programs that do not read it. */
function attachment(objectName: string): string {
  const name = objectName.split('/').at(-1) ?? '';
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encoded}`;
}

/**
 * The first bytes of an object, or all of them; those that are stored as gzip are inflated, as Cloud Storage does for
 * browsers. The file is opened at once, so that a later delete cannot remove it.
 */
function read({ storage }: ConsoleDeps, { blob, fields, size }: StoredObject, length = size): Readable {
  const fd = storage.engine.store.blobs.open(blob);
  const bytes = createReadStream('', { fd, start: 0, end: Math.max(Math.min(length, size), 1) - 1 });
  if (fields.contentEncoding !== 'gzip') return bytes;
  // A part of the stored bytes is no whole gzip file: what it holds is enough.
  const inflated = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  bytes.on('error', (error) => inflated.destroy(error));
  return bytes.pipe(inflated);
}

/** Asks before a generation is deleted. */
export function deleteObjectPage(deps: ConsoleDeps, { query }: Asked): Page {
  const { bucket, name, generation, noncurrent } = objectNamedIn(deps, query);
  const keeps = deps.storage.engine.store.buckets.get(bucket)?.fields.versioning?.enabled && noncurrent === null;
  const words = keeps ? 'The bucket keeps it as an old generation.' : 'Its bytes are removed for good.';
  return {
    title: `Delete ${name}`,
    main: html`<h1>Delete this object?</h1>
      <p class="mono">${bucket}/${name}</p>
      <p class="soft">${words} Entities that name it stay.</p>
      <form method="post" action="/storage/delete" class="row">
        <input type="hidden" name="bucket" value="${bucket}" />
        <input type="hidden" name="name" value="${name}" />
        <input type="hidden" name="generation" value="${String(generation)}" />
        <button class="danger">Delete</button>
        <a class="button" href="${objectLink(bucket, name, generation)}">Cancel</a>
      </form>`,
  };
}

/** Deletes exactly the generation that the page has shown. */
export function deleteShownObject(deps: ConsoleDeps, { form }: Asked): Onward {
  const { bucket, name, generation, noncurrent } = objectNamedIn(deps, form);
  const { engine } = deps.storage;
  if (noncurrent === null) deleteObject(engine, { bucket, name }, { generationMatch: generation });
  else deleteObject(engine, { bucket, name, generation }, {});
  const prefix = name.slice(0, name.lastIndexOf('/') + 1);
  return { location: linkTo('/storage/bucket', { bucket, prefix: prefix || undefined }) };
}
