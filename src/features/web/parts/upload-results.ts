import type { PlacementStatus } from '../../../data/model/records.ts';
import { WORDS_FOR_PEOPLE } from '../../../runtime/error-words.ts';
import type { ErrorCode } from '../../../runtime/errors.ts';
import { html } from '../../../runtime/html.ts';
import type { Photo } from '../../photos/schemas.ts';
import { altOf } from './photo-figure.ts';

/** A file of an upload form: the photo that has its bytes, or the code of its refusal. */
export type UploadedPhoto = { fileName: string } & (
  { status: PlacementStatus; photo: Photo } | { status: 'refused'; code: ErrorCode }
);

/** Writes how many of the files are photos now. */
export function writeSummary(results: readonly UploadedPhoto[]): string {
  const taken = results.filter(({ status }) => status !== 'refused').length;
  if (taken === 0) return results.length === 1 ? 'The photo was not uploaded' : 'No photo was uploaded';
  if (taken < results.length) return `${taken} of ${results.length} photos are uploaded`;
  if (taken === 2) return 'Both photos are uploaded';
  return taken === 1 ? 'The photo is uploaded' : `All ${taken} photos are uploaded`;
}

/** Renders a line for each file of an upload form. */
export const uploadResults = (results: readonly UploadedPhoto[]) =>
  html`<ul class="results">
      ${results.map(line)}
    </ul>
    ${results.some(({ status }) => status !== 'refused') && html`<p><a href="/recent">To the recently added photos</a></p>`}`;

const line = (result: UploadedPhoto) =>
  result.status === 'refused'
    ? html`<li class="refused">
        <span class="name" dir="auto">${nameOf(result)}</span>
        <span>${LINE_WORDS[result.code] ?? WORDS_FOR_PEOPLE[result.code]}</span>
      </li>`
    : html`<li>
        <a class="name" href="/photo/${result.photo.id}">${thumbnail(result.photo)} <bdi>${nameOf(result)}</bdi></a>
        <span>${STATES[result.status]}</span>
      </li>`;

/** Where a line says more than a page. */
const LINE_WORDS: Partial<Record<ErrorCode, string>> = {
  'body-too-large': 'It did not fit into this upload any more. Choose it again.',
};

const nameOf = ({ fileName }: UploadedPhoto) => fileName || 'A file without a name';

const thumbnail = (photo: Photo) =>
  photo.state !== 'failed' &&
  html`<img src="${photo.variants.thumb.url}" alt="${altOf(photo)}" width="64" height="64" loading="lazy" />`;

const STATES: Record<PlacementStatus, string> = {
  created: 'Uploaded.',
  duplicate: 'Already in your timeline. Nothing was added.',
  restored: 'It was in the trash, and is back in your timeline.',
};
