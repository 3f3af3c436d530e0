import type { Photo, SharedPhoto } from '../photos/schemas.ts';
import { takenStamp, writeTaken } from './dates.ts';
import { html } from '../../runtime/html.ts';

/** A photo as its owner gets it, or as strangers do. */
export type FigurePhoto = Photo | SharedPhoto;

/**
 * How high the grid would like a photo to be on a wide screen, in CSS pixels; the most that `--row` is in the
 * stylesheet.
 */
const ROW = 240;

/** One photo of the grid. `eager` loads it at once: for those that are in sight when the page opens. */
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

/** A stranger gets neither the name of the file nor the file. */
const unshowable = ({ original, fileName }: FigurePhoto) =>
  html`<p class="frame unshowable">
    <span>${fileName ?? (original ? 'This file' : 'This photo')} cannot be shown.</span>
    ${original && html`<a href="${original.url}">Download the original</a>`}
  </p>`;

/** The prevailing colour until the picture is there. A presentation attribute, which the content policy lets pass. */
const tone = ({ color }: FigurePhoto) =>
  color !== null &&
  html`<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
    <path fill="${color}" d="M0 0h1v1H0z" />
  </svg>`;

/** Each width once: variants are never enlarged, so of a small photo several are the same. */
function sourceSet({ variants: { thumb, small, medium } }: FigurePhoto): string {
  const byWidth = new Map([medium, small, thumb].map((variant) => [variant.width, variant]));
  return [...byWidth.values()].map(({ url, width }) => `${url} ${width}w`).join(', ');
}

const sizes = ({ width, height }: FigurePhoto) =>
  `(max-width: 40rem) 94vw, ${Math.round((ROW * 1.2 * width) / height)}px`;

const altOf = ({ alt, caption, takenAt }: FigurePhoto) => alt || caption || `Photo of ${writeTaken(takenAt)}`;

function caption({ caption, takenAt }: FigurePhoto) {
  // A time that is only that of the upload says nothing that the day above does not say.
  const known = takenAt.source !== 'upload';
  if (caption === '' && !known) return undefined;
  return html`<figcaption>
    ${caption !== '' && html`<p dir="auto">${caption}</p>`}
    ${known && html`<time datetime="${takenStamp(takenAt)}">${writeTaken(takenAt)}</time>`}
  </figcaption>`;
}

/**
 * The shapes that the stylesheet has a class for, as width / height in percent: those of cameras and screens, and some
 * between them. The policy of our pages lets in no style of a single picture.
 */
export const SHAPES = [
  40, 46, 50, 56, 62, 67, 71, 75, 80, 90, 100, 111, 125, 133, 141, 150, 160, 178, 200, 217, 240, 270, 320,
];

/** The class of the shape that is nearest to `width` x `height` pixels; the grid crops what is over. */
export function ratioClass({ width, height }: { width: number; height: number }): string {
  const percent = (100 * width) / height;
  // By quotient, since 40 and 50 differ more than 270 and 280 do.
  const distance = (shape: number) => Math.abs(Math.log(shape / percent));
  return `ratio-${SHAPES.reduce((best, shape) => (distance(shape) < distance(best) ? shape : best))}`;
}
