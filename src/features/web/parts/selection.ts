import { html, type Content } from '../../../runtime/html.ts';
import type { ListName } from './lists.ts';

/** What can be done with selected photos: the button, what it has done, and the act that undoes it. */
const SELECTION_ACTS = {
  favourite: { label: 'Favourite', done: 'added to your favourites', undo: 'unfavourite' },
  unfavourite: { label: 'Remove from favourites', done: 'no longer favourites', undo: 'favourite' },
  archive: { label: 'Archive', done: 'moved to the archive', undo: 'unarchive' },
  unarchive: { label: 'Back to the timeline', done: 'back in the timeline', undo: 'archive' },
  trash: { label: 'Move to trash', done: 'moved to the trash', undo: 'restore' },
  restore: { label: 'Restore', done: 'back from the trash', undo: 'trash' },
  shift: { label: 'Shift', done: 'shifted', undo: 'shift' },
  erase: { label: 'Delete for good', done: 'deleted for good', undo: undefined },
} as const satisfies Record<string, { label: string; done: string; undo: string | undefined }>;

export type SelectionAct = keyof typeof SELECTION_ACTS;

export const SELECTION_ACT_NAMES = Object.keys(SELECTION_ACTS) as [SelectionAct, ...SelectionAct[]];

/** The button that leads to the choice of an album for the selected photos. */
export const TO_ALBUM = 'album';

/** The button that leads to the form that shares the selected photos. */
export const TO_SHARE = 'share';

const BUTTONS: Record<ListName, readonly SelectionAct[]> = {
  timeline: ['favourite', 'archive', 'trash'],
  recent: ['favourite', 'archive', 'trash'],
  favourites: ['unfavourite', 'archive', 'trash'],
  archive: ['unarchive', 'favourite', 'trash'],
  trash: ['restore'],
};

/** Where the list of the form is: its name, and the page of it. */
export interface ListPlace {
  list: ListName;
  cursor?: string | undefined;
  from?: string | undefined;
}

/** Photos that one form changes, at the most. A request for so many takes some seconds. */
export const MOST_SELECTED = 3000;

/** Photos whose ids stand in the address of the page that follows, at the most: addresses have some 8,000 characters. */
export const MOST_IN_ADDRESS = 300;

const MOST_SELECTED_TEXT = MOST_SELECTED.toLocaleString('en');

/** The id of the form, which the checkboxes of the grid name. */
export const SELECTION_FORM = 'selection';

/** Renders the form of the acts with the photos whose checkboxes are chosen. */
export function selectionForm(place: ListPlace): Content {
  const { list } = place;
  return html`<photo-selection data-list="${list}">
    <form id="${SELECTION_FORM}" class="selection" method="post" action="/photos" aria-label="Selected photos">
      ${hiddenPlace(place)} ${list !== 'trash' && shiftFold}
      <div class="acts">${BUTTONS[list].map(button)} ${list !== 'trash' && toAlbum}</div>
      ${list === 'trash' && eraseFold}
      <p class="hint">At most ${MOST_SELECTED_TEXT} photos at once; ${MOST_IN_ADDRESS} for an album or a share.</p>
    </form>
  </photo-selection>`;
}

const button = (act: SelectionAct) =>
  html`<button class="quiet" name="act" value="${act}">${SELECTION_ACTS[act].label}</button> `;

/** Lead to the choice of an album, and to the form of a share. */
const toAlbum = html`<button class="quiet" name="act" value="${TO_ALBUM}">Add to album</button>
  <button class="quiet" name="act" value="${TO_SHARE}">Share</button>`;

/**
 * It stands first, because the key Enter presses the first button of a form. With zeros that button changes nothing.
 */
const shiftFold = html`<details class="shift">
  <summary>Shift dates</summary>
  <div>
    ${(['days', 'hours', 'minutes'] as const).map(
      (unit) =>
        html`<label class="field">
          ${unit[0]?.toUpperCase()}${unit.slice(1)}
          <input type="number" name="${unit}" value="0" min="0" max="99999" step="1" required />
        </label>`,
    )}
    <label class="field">
      Direction
      <select name="direction">
        <option value="later">later</option>
        <option value="earlier">earlier</option>
      </select>
    </label>
    <button name="act" value="shift">Shift</button>
  </div>
  <p class="hint">
    For a camera whose clock was wrong: with 1 hour, later, a photo of 10:00 becomes one of 11:00. The file stays as it
    is.
  </p>
</details>`;

const eraseFold = html`<details class="shift">
  <summary>Delete for good …</summary>
  <p>The selected photos and their originals are deleted. This cannot be undone.</p>
  <button class="danger" name="act" value="erase">Delete for good</button>
</details>`;

/** What became of selected photos, in the address of the page that follows. */
export interface Outcome {
  did: SelectionAct | 'none' | 'no-shift' | 'too-many' | 'too-many-to-show' | 'emptied' | 'emptying';
  /** The photos that have changed. */
  photos: readonly string[];
  /** How many photos could not be changed. */
  missed: number;
  /** Of a shift. */
  minutes: number;
}

/** Renders what became of the selected photos, with a button that undoes it. */
export function outcomeBox({ did, photos, missed, minutes }: Outcome, place: ListPlace): Content {
  const act = did in SELECTION_ACTS ? (did as SelectionAct) : undefined;
  const by = did === 'shift' ? ` by ${writeShift(minutes)}` : '';
  const undo = act && SELECTION_ACTS[act].undo;
  return html`<undo-toast data-notice="${did}">
    <div class="notice">
      <p role="status">
        ${act ? sentence(photos.length, `${SELECTION_ACTS[act].done}${by}`) : WORDS[did as keyof typeof WORDS]}
        ${missed > 0 && `${count(missed)} could not be changed${did === 'shift' ? ': too little of their time is known' : ''}.`}
      </p>
      ${
        undo &&
        photos.length > 0 &&
        html`<form method="post" action="/photos">
          ${hiddenPlace(place)} ${photos.map((id) => html`<input type="hidden" name="photo" value="${id}" />`)}
          ${undo === 'shift' && html`<input type="hidden" name="minutes" value="${-minutes}" />`}
          <button class="quiet" name="act" value="${undo}">Undo</button>
        </form>`
      }
    </div>
  </undo-toast>`;
}

const WORDS = {
  none: 'No photo is selected. Choose photos first.',
  'no-shift': 'Nothing was shifted. Enter the days, hours or minutes first.',
  'too-many': `These are more than ${MOST_SELECTED_TEXT} photos. Choose at most ${MOST_SELECTED_TEXT} at once.`,
  'too-many-to-show': `Choose at most ${MOST_IN_ADDRESS} photos at once for an album or a share.`,
  emptied: 'The trash is empty.',
  emptying: 'The trash is being emptied. This takes a few minutes.',
};

/** Writes minutes as `1 day and 2 hours earlier`. */
function writeShift(minutes: number): string {
  const size = Math.abs(minutes);
  const parts = [
    [Math.floor(size / 1440), 'day'],
    [Math.floor(size / 60) % 24, 'hour'],
    [size % 60, 'minute'],
  ] as const;
  const words = parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}${amount === 1 ? '' : 's'}`);
  return `${new Intl.ListFormat('en-GB').format(words)} ${minutes < 0 ? 'to an earlier' : 'to a later'} time`;
}

const count = (photos: number) => `${photos} ${photos === 1 ? 'photo' : 'photos'}`;

const sentence = (photos: number, done: string) =>
  photos === 0 ? 'Nothing had to be changed.' : `${count(photos)} ${done}.`;

const hiddenPlace = ({ list, cursor, from }: ListPlace) => [
  html`<input type="hidden" name="in" value="${list}" />`,
  cursor !== undefined && html`<input type="hidden" name="cursor" value="${cursor}" />`,
  from !== undefined && html`<input type="hidden" name="from" value="${from}" />`,
];
