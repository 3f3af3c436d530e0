import type { Photo, SharedPhoto } from '../../photos/schemas.ts';
import { takenStamp, writeTaken } from './dates.ts';
import { html } from '../../../runtime/html.ts';

/** A photo as its owner or a stranger sees it. */
export type FigurePhoto = Photo | SharedPhoto;

/** Height of a photo in the grid on a wide screen, in CSS pixels: the maximum of `--row` in the stylesheet. */
const ROW = 240;

/** Renders one photo of the grid. `eager` is for photos that are visible when the page opens: they load at once. */
export function photoFigure(photo: FigurePhoto, { eager }: { eager: boolean }) {
  return html`<li class="photo ${ratioClass(photo)}">
    <figure>${photo.state === 'failed' ? unshowable(photo) : picture(photo, eager)} ${caption(photo)}</figure>
  </li>`;
}

function picture(photo: FigurePhoto, eager: boolean) {
  const { large, small } = photo.variants;
  return html`<a class="frame" href="${large.url}">
    ${tone(photo)}
    <img
      src="${small.url}"
      srcset="${sourceSet(photo)}"
      sizes="${sizes(photo)}"
      width="${photo.width}"
      height="${photo.height}"
      alt="${altOf(photo)}"
      loading="${eager ? 'eager' : 'lazy'}"
      decoding="async"
    />
  </a>`;
}

/** A stranger sees neither the name of the file nor a link to it. */
const unshowable = ({ original, fileName }: FigurePhoto) =>
  html`<p class="frame unshowable">
    <span>${fileName ?? (original ? 'This file' : 'This photo')} cannot be shown.</span>
    ${original && html`<a href="${original.url}">Download the original</a>`}
  </p>`;

/**
 * The dominant colour, until the picture is loaded. The content policy allows a presentation attribute, but no style.
 */
const tone = ({ color }: FigurePhoto) =>
  color !== null &&
  html`<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
    <path fill="${color}" d="M0 0h1v1H0z" />
  </svg>`;

/**
 * Names each width once: variants are never enlarged, so that several variants of a small photo have the same width.
 */
function sourceSet({ variants: { thumb, small, medium } }: FigurePhoto): string {
  const byWidth = new Map([medium, small, thumb].map((variant) => [variant.width, variant]));
  return [...byWidth.values()].map(({ url, width }) => `${url} ${width}w`).join(', ');
}

const sizes = ({ width, height }: FigurePhoto) =>
  `(max-width: 40rem) 94vw, ${Math.round((ROW * 1.2 * width) / height)}px`;

const altOf = ({ alt, caption, takenAt }: FigurePhoto) => alt || caption || `Photo of ${writeTaken(takenAt)}`;

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
