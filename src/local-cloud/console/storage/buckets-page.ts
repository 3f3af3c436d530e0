import { html } from '../../../runtime/html.ts';
import type { Bucket } from '../../storage/engine/bucket.ts';
import { linkTo, type ConsoleDeps, type Page } from '../section.ts';
import { bytesInWords, timeOf } from '../words.ts';

/** More objects are not counted, so that the page is quick. */
const MOST_COUNTED = 100_000;

/** The buckets, with how many objects each has. */
export function bucketsPage({ storage }: ConsoleDeps): Page {
  const { store } = storage.engine;
  const buckets = Array.from(store.buckets.from(''), (bucket) => {
    return { bucket, ...store.objects.measure(bucket.name, MOST_COUNTED) };
  });
  return {
    title: 'Storage',
    main: html`<h1>Storage</h1>
      ${buckets.length === 0 ? html`<p class="empty">There are no buckets.</p>` : bucketTable(buckets)}`,
  };
}

interface MeasuredBucket {
  bucket: Bucket;
  count: number;
  bytes: number;
}

const bucketTable = (buckets: MeasuredBucket[]) =>
  html`<div class="table" role="region" aria-label="Buckets" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Bucket</th>
          <th scope="col" class="number">Objects</th>
          <th scope="col" class="number">Size</th>
          <th scope="col">Keeps old generations</th>
          <th scope="col">Created</th>
        </tr>
      </thead>
      <tbody>
        ${buckets.map(
          ({ bucket: { name, created, fields }, count, bytes }) =>
            html`<tr>
              <th scope="row"><a href="${linkTo('/storage/bucket', { bucket: name })}">${name}</a></th>
              <td class="number">${count.toLocaleString('en')}${count === MOST_COUNTED && ' or more'}</td>
              <td class="number">${bytesInWords(bytes)}</td>
              <td>${fields.versioning?.enabled ? 'yes' : 'no'}</td>
              <td class="once">${timeOf(created)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
