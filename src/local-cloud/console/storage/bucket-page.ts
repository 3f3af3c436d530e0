import { html, type Content } from '../../../runtime/html.ts';
import { listObjects } from '../../storage/engine/list-objects.ts';
import type { StoredObject } from '../../storage/engine/object.ts';
import type { Position } from '../../storage/store/tables.ts';
import { linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { bytesInWords, timeOf } from '../words.ts';
import { objectLink } from './object-links.ts';

const PAGE_SIZE = 50;

/** The objects and folders of a bucket that begin with a prefix, page by page. */
export function bucketPage({ storage }: ConsoleDeps, { query }: Asked): Page {
  const bucket = query.get('bucket') ?? '';
  const prefix = query.get('prefix') ?? '';
  const from = query.get('from');
  const { items, prefixes, next } = listObjects(storage.engine, bucket, {
    prefix,
    delimiter: '/',
    includeTrailingDelimiter: true,
    startOffset: undefined,
    endOffset: undefined,
    versions: false,
    softDeleted: false,
    limit: PAGE_SIZE,
    // Of a list without old generations each name has one place.
    from: from === null ? undefined : { name: from, generation: 0 },
    glob: undefined,
  });
  return {
    title: bucket,
    main: html`${storageTrail(bucket, prefix)}
      <h1>${bucket}</h1>
      <form class="fields" method="get" action="/storage/bucket">
        <input type="hidden" name="bucket" value="${bucket}" />
        <label
          >Names begin with
          <input name="prefix" value="${prefix}" size="40" autocomplete="off" autocapitalize="none" />
        </label>
        <button class="main">List</button>
        ${prefix !== '' && html`<a class="button" href="${linkTo('/storage/bucket', { bucket })}">Show all</a>`}
      </form>
      ${
        items.length + prefixes.length === 0
          ? html`<p class="empty">${prefix === '' ? 'This bucket is empty.' : 'No name begins with this.'}</p>`
          : objectTable(bucket, prefix, prefixes, items)
      }
      ${paging(bucket, prefix, from, next)}`,
  };
}

const objectTable = (bucket: string, prefix: string, prefixes: string[], items: StoredObject[]) =>
  html`<div class="table" role="region" aria-label="Objects" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" class="number">Size</th>
          <th scope="col">Type</th>
          <th scope="col">Written</th>
        </tr>
      </thead>
      <tbody>
        ${prefixes.map(
          (folder) =>
            html`<tr>
              <th scope="row" class="mono">
                <a href="${linkTo('/storage/bucket', { bucket, prefix: folder })}">${folder.slice(prefix.length)}</a>
              </th>
              <td class="number soft">folder</td>
              <td></td>
              <td></td>
            </tr>`,
        )}
        ${items.map(
          ({ name, size, fields, updated }) =>
            html`<tr>
              <th scope="row" class="mono">
                <a href="${objectLink(bucket, name)}">${name.slice(prefix.length) || name}</a>
              </th>
              <td class="number">${bytesInWords(size)}</td>
              <td>${fields.contentType}</td>
              <td class="once">${timeOf(updated)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** The way from the buckets to a prefix: each folder is a link. */
export function storageTrail(bucket: string, prefix: string): Content {
  const folders = prefix.split('/').slice(0, -1);
  const ways = folders.map((folder, at) => ({ folder, prefix: `${folders.slice(0, at + 1).join('/')}/` }));
  return html`<nav aria-label="Path">
    <ol class="trail">
      <li><a href="/storage">Buckets</a></li>
      <li><a href="${linkTo('/storage/bucket', { bucket })}">${bucket}</a></li>
      ${ways.map(
        (way) =>
          html`<li>
            <a href="${linkTo('/storage/bucket', { bucket, prefix: way.prefix })}">${way.folder || '(empty)'}</a>
          </li>`,
      )}
    </ol>
  </nav>`;
}

function paging(bucket: string, prefix: string, from: string | null, next: Position | undefined): Content {
  if (from === null && !next) return undefined;
  const query = { bucket, prefix: prefix || undefined };
  return html`<nav class="pages" aria-label="Pages">
    ${from !== null && html`<a class="button" href="${linkTo('/storage/bucket', query)}">First page</a>`}
    ${next && html`<a class="button" href="${linkTo('/storage/bucket', { ...query, from: next.name })}">Next page</a>`}
  </nav>`;
}
