import { CAPTION_LIMIT, type Photo } from '../../photos/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { writeBytes } from '../parts/bytes.ts';
import { takenStamp, writeTaken } from '../parts/dates.ts';
import { renderPage } from '../parts/layout.ts';
import { photoHref, placeOf, type AnyList } from '../parts/lists.ts';
import { noticeBox, type Notice } from '../parts/notices.ts';
import { placeFact, placeFields } from '../parts/places.ts';
import { stars, tagLinks } from '../parts/tags.ts';
import { altOf, placeholder, ratioClass } from '../parts/photo-figure.ts';

/** One photo of the caller, with the photos beside it in the list that the caller came from. */
interface PhotoPage {
  list: AnyList;
  handle: string;
  photo: Photo;
  /** Ids of the photos beside it. */
  newer: string | undefined;
  older: string | undefined;
  notice?: Notice | undefined;
  /** Why an edit was refused. Then `typed` holds what the person entered. */
  fault?: string | undefined;
  typed?: URLSearchParams | undefined;
}

/** Renders the page of one photo. */
export function renderPhotoPage(page: PhotoPage): string {
  const { list, handle, photo, newer, older, notice, fault } = page;
  const title = photo.caption.trim() || writeTaken(photo.takenAt);
  return renderPage({
    title: title.length > TITLE_LIMIT ? `${title.slice(0, TITLE_LIMIT)}…` : title,
    signedIn: handle,
    current: placeOf(list).path,
    main: html`<h1 class="unseen">Photo of ${writeTaken(photo.takenAt)}</h1>
      ${noticeBox(notice, photo.id, list)} ${fault && html`<p class="notice fault" role="alert">${fault}</p>`}
      <nav class="beside" aria-label="Photos beside this one">
        ${newer !== undefined && html`<a rel="prev" href="${photoHref(newer, list)}">← Previous</a>`}
        <a href="${placeOf(list).path}">${placeOf(list).title}</a>
        ${older !== undefined && html`<a rel="next" href="${photoHref(older, list)}">Next →</a>`}
      </nav>
      <div class="single">
        ${picture(photo)}
        <div class="about">
          ${photo.endsEarly && endsEarly} ${about(photo)} ${acts(photo, list)}
          ${photo.trashedAt === null && editForm(page)}
        </div>
      </div>`,
  });
}

const endsEarly = html`<p class="flaw">This file ends early; part of the picture is missing.</p>`;

/** Characters of a caption in the title of a tab. */
const TITLE_LIMIT = 60;

function picture(photo: Photo): Content {
  const { id, width, height, state, variants, original } = photo;
  if (state === 'failed') {
    return html`<p class="frame unshowable ratio-150">
      <span><bdi>${photo.fileName ?? 'This file'}</bdi> cannot be shown.</span>
      <a href="${original.url}">Download the original</a>
    </p>`;
  }
  const { medium, large } = variants;
  // A photo that is no larger than `medium` is shown in its own size.
  const isSmall = medium.width === large.width;
  const srcset = isSmall ? undefined : `${medium.url} ${medium.width}w, ${large.url} ${large.width}w`;
  return html`<photo-view
    class="${isSmall ? 'own' : `frame ${ratioClass(photo)}`}"
    data-id="${id}"
    data-width="${width}"
    data-height="${height}"
    data-large="${large.url}"
  >
    ${!isSmall && placeholder(photo)}
    <img
      class="whole"
      src="${large.url}"
      ${srcset !== undefined && html`srcset="${srcset}" sizes="(max-width: 60rem) 94vw, 70vw"`}
      width="${large.width}"
      height="${large.height}"
      alt="${altOf(photo)}"
    />
  </photo-view>`;
}

function about(photo: Photo): Content {
  const { caption, alt, takenAt, camera, width, height, bytes, fileName, tags, rating, deletesAt } = photo;
  const gear = [camera.make, camera.model, camera.lens].filter((name) => name !== null);
  const facts: [string, Content][] = [
    [
      'Taken',
      html`<time datetime="${takenStamp(takenAt)}">${writeTaken(takenAt)}</time>
        <small>${SOURCES[takenAt.source]}</small>`,
    ],
    ['Camera', gear.length > 0 && html`<bdi>${gear.join(', ')}</bdi>`],
    ['Size', html`${width} × ${height}, ${writeBytes(bytes)}`],
    ['Place', placeFact(photo)],
    ['File', fileName && html`<bdi>${fileName}</bdi>`],
    ['Tags', tags.length > 0 && tagLinks(tags)],
    ['Rating', rating !== null && stars(rating)],
    ['Description', alt !== '' && html`<span dir="auto">${alt}</span>`],
    [
      'In the trash',
      deletesAt !== null && html`deleted for good on ${writeTaken({ local: deletesAt, precision: 'day' })}`,
    ],
  ];
  return html`${caption !== '' && html`<p class="caption" dir="auto">${caption}</p>`}
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          value &&
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>`;
}

const SOURCES: Record<Photo['takenAt']['source'], string> = {
  user: 'set by you',
  exif: 'from the camera',
  xmp: 'from the file',
  iptc: 'from the file',
  container: 'from the file',
  gps: 'from the GPS receiver',
  'file-name': 'from the name of the file',
  modified: 'when the file was last changed',
  upload: 'when it was uploaded',
};

function acts({ id, favourite, archived, trashedAt, original }: Photo, list: AnyList): Content {
  const download = html`<a class="button" href="${original.url}" download>Download original</a>`;
  const buttons =
    trashedAt === null
      ? [
          favourite ? act('unfavourite', 'Remove from favourites') : act('favourite', 'Favourite'),
          archived ? act('unarchive', 'Back to the timeline') : act('archive', 'Archive'),
          act('turn-left', 'Turn left'),
          act('turn-right', 'Turn right'),
          act('trash', 'Move to trash'),
        ]
      : [act('restore', 'Restore')];
  return html`<form class="acts" method="post" action="/photo/${id}">
    <input type="hidden" name="in" value="${list}" />
    ${buttons} ${download} ${trashedAt === null && html`<a class="button" href="/albums?photos=${id}">Add to album</a>`}
  </form>`;
}

const act = (name: string, label: string) => html`<button class="quiet" name="act" value="${name}">${label}</button> `;

const RATINGS = [
  ['', 'None'],
  ['0', '0 of 5'],
  ['1', '★'],
  ['2', '★★'],
  ['3', '★★★'],
  ['4', '★★★★'],
  ['5', '★★★★★'],
] as const;

/** A time that is not edited keeps its sub-seconds and its precision, because it is sent with the value from before. */
function editForm({ list, typed, photo: { id, takenAt, ...photo } }: PhotoPage): Content {
  const local = takenAt.local.slice(0, 19);
  const value = (name: 'caption' | 'alt') => typed?.get(name) ?? photo[name];
  return html`<details class="edit" ${typed && html`open`}>
    <summary>Edit</summary>
    <form method="post" action="/photo/${id}">
      <input type="hidden" name="in" value="${list}" />
      <input type="hidden" name="takenBefore" value="${local}" />
      <input type="hidden" name="offset" value="${takenAt.offset ?? ''}" />
      <label class="field"
        >Caption
        <textarea name="caption" rows="3" maxlength="${CAPTION_LIMIT}" dir="auto">${value('caption')}</textarea>
      </label>
      <label class="field"
        >Description for people who cannot see it
        <textarea name="alt" rows="2" maxlength="${CAPTION_LIMIT}" dir="auto">${value('alt')}</textarea>
      </label>
      <label class="field"
        >Tags, one in each line
        <textarea name="tags" rows="2" dir="auto">${typed?.get('tags') ?? photo.tags.join('\n')}</textarea>
      </label>
      <label class="field"
        >Rating
        <select name="rating">
          ${RATINGS.map(
            ([of, text]) =>
              html`<option
                value="${of}"
                ${of === (typed?.get('rating') ?? String(photo.rating ?? '')) && html`selected`}
              >
                ${text}
              </option>`,
          )}
        </select>
      </label>
      <label class="field"
        >Taken (empty: as the file says)
        <input type="datetime-local" step="1" name="takenAt" value="${typed?.get('takenAt') ?? local}"
      /></label>
      ${placeFields(photo, typed)}
      <button name="act" value="edit">Save</button>
    </form>
  </details>`;
}
