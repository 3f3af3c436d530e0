import type { Photo, SharedPhoto } from '../../photos/schemas.ts';
import { takenStamp, writeTaken } from './dates.ts';
import { placeholderUrl } from './placeholder.ts';
import { SELECTION_FORM } from './selection.ts';
import { html } from '../../../runtime/html.ts';

/** A photo as its owner or a stranger sees it. */
export type FigurePhoto = Photo | SharedPhoto;

/** Height of a photo in the grid on a wide screen, in CSS pixels: the maximum of `--row` in the stylesheet. */
const ROW = 240;

/** The same on every screen: `--row` itself. */
const ROW_STYLE = 'clamp(9.5rem, 6rem + 8vw, 15rem)';

/** The same on a phone: the minimum of `--row`. */
const PHONE_ROW = 152;

interface FigureOptions {
  /** Whether the photo may be visible when the page opens. Then it loads at once. */
  eager: boolean;
  /** Where a click leads. */
  href: string;
  /** Whether the checkbox of the photo is chosen. Without it a click opens the photo. */
  chosen?: boolean | undefined;
  /** A word that lies over the picture. */
  note?: string | undefined;
}

/** Renders one photo of the grid. Caption and date appear on hover and focus. */
export function photoFigure(photo: FigurePhoto, options: FigureOptions) {
  return html`<li class="photo ${ratioClass(photo)}" data-id="${photo.id}">
    <figure>
      ${photo.state === 'failed' ? unshowable(photo, options) : picture(photo, options)} ${notes(photo, options)}
      ${caption(photo)}
    </figure>
  </li>`;
}

function notes({ endsEarly }: FigurePhoto, { note }: FigureOptions) {
  const words = [note, endsEarly && 'Part is missing'].filter((text) => text !== undefined);
  return words.length > 0 && html`<p class="note">${words.join(' · ')}</p>`;
}

function picture(photo: FigurePhoto, { eager, href, chosen }: FigureOptions) {
  const contents = html`${placeholder(photo)}
    <img
      ${isSmall(photo) ? html`class="tiny" src="${photo.variants.medium.url}"` : sources(photo)}
      width="${photo.width}"
      height="${photo.height}"
      alt="${altOf(photo)}"
      loading="${eager ? 'eager' : 'lazy'}"
      decoding="async"
    />`;
  return chosen === undefined
    ? html`<a class="frame" href="${href}">${contents}</a>`
    : html`<label class="frame">${contents} ${checkbox(photo, chosen)}</label>`;
}

/** The form stands beside the grid, not around it. */
const checkbox = ({ id }: FigurePhoto, chosen: boolean) =>
  html`<input type="checkbox" name="photo" value="${id}" form="${SELECTION_FORM}" ${chosen && html`checked`} />`;

const sources = (photo: FigurePhoto) =>
  html`src="${photo.variants.small.url}" srcset="${sourceSet(photo)}" sizes="${sizes(photo)}"`;

/** Such a photo is shown in its own size, not enlarged: a row may be stretched to more than its height. */
const isSmall = ({ width, height }: FigurePhoto) => height < 1.5 * ROW && width < 4 * ROW;

/** A stranger sees neither the name of the file nor a link to it. */
function unshowable(photo: FigurePhoto, { href, chosen }: FigureOptions) {
  const { original, fileName } = photo;
  const words = html`<span
    >${fileName ? html`<bdi>${fileName}</bdi>` : original ? 'This file' : 'This photo'} cannot be shown.</span
  >`;
  if (chosen !== undefined) return html`<label class="frame unshowable">${words} ${checkbox(photo, chosen)}</label>`;
  return html`<p class="frame unshowable">
    ${words} ${original && html`<a href="${original.url}">Download the original</a> <a href="${href}">Details</a>`}
  </p>`;
}

/** Renders what stands in the frame until the picture is loaded: the blurred photo, or its dominant colour. */
export const placeholder = ({ placeholder, color }: FigurePhoto) => {
  if (placeholder !== null) return html`<img class="blur" src="${placeholderUrl(placeholder)}" alt="" />`;
  // The content policy allows a presentation attribute, but no style.
  return (
    color !== null &&
    html`<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      <path fill="${color}" d="M0 0h1v1H0z" />
    </svg>`
  );
};

/**
 * Names each width once: variants are never enlarged, so that several variants of a small photo have the same width.
 */
function sourceSet({ variants: { thumb, small, medium } }: FigurePhoto): string {
  const byWidth = new Map([medium, small, thumb].map((variant) => [variant.width, variant]));
  return [...byWidth.values()].map(({ url, width }) => `${url} ${width}w`).join(', ');
}

/** A row is stretched by a fifth on average, so that it ends at the edge. */
function sizes({ width, height }: FigurePhoto): string {
  const share = (1.2 * width) / height;
  return `(max-width: 40rem) min(94vw, ${Math.round(PHONE_ROW * share)}px), calc(${share.toFixed(2)} * ${ROW_STYLE})`;
}

/** Returns the text for people who cannot see the photo. */
export const altOf = ({ alt, caption, takenAt }: Pick<FigurePhoto, 'alt' | 'caption' | 'takenAt'>) =>
  alt || caption || `Photo of ${writeTaken(takenAt)}`;

function caption({ caption, takenAt }: FigurePhoto) {
  // The time of the upload adds nothing to the heading of the day.
  const known = takenAt.source !== 'upload';
  if (caption === '' && !known) return undefined;
  return html`<figcaption>
    ${caption !== '' && html`<p dir="auto">${caption}</p>`}
    ${known && html`<time datetime="${takenStamp(takenAt)}">${writeTaken(takenAt)}</time>`}
  </figcaption>`;
}

/**
 * The aspect ratios that the stylesheet has a class for, as width / height in percent: those of cameras and screens,
 * and some between them. The content policy allows no style on a single picture.
 */
export const SHAPES = [
  40, 46, 50, 56, 62, 67, 71, 75, 80, 90, 100, 111, 125, 133, 141, 150, 160, 178, 200, 217, 240, 270, 320,
];

/** Returns the class of the nearest aspect ratio. The grid crops the rest. */
export function ratioClass({ width, height }: { width: number; height: number }): string {
  const percent = (100 * width) / height;
  // By quotient, because 40 and 50 differ more than 270 and 280.
  const distance = (shape: number) => Math.abs(Math.log(shape / percent));
  return `ratio-${SHAPES.reduce((best, shape) => (distance(shape) < distance(best) ? shape : best))}`;
}
