import { framesOf, idOf } from './sheet.ts';

/** Photos around the middle of the window, the nearest first, with the distance of each from the top in CSS pixels. */
export type Place = [id: string, top: number][];

/** What an entry of the history remembers of a list. */
export interface ListState {
  place?: Place;
  /** The photo that the lightbox shows. */
  lightbox?: string;
}

/** Photos that a place names: one of them is still there after some have been deleted. */
const REMEMBERED = 6;

export const listState = (): ListState => (history.state as ListState | null) ?? {};

/** Returns where the person is in the part of a list that is in view. */
export function placeIn(part: HTMLElement): Place {
  const middle = innerHeight / 2;
  return framesOf(part)
    .map((frame): [string, number] => [idOf(frame), frame.getBoundingClientRect().top])
    .sort(([, a], [, b]) => Math.abs(a - middle) - Math.abs(b - middle))
    .slice(0, REMEMBERED);
}

/** Scrolls so that the first photo of a place that is still there stands where it stood. Returns the distance that is left. */
export function scrollToPlace(part: HTMLElement, place: Place): number {
  for (const [id, top] of place) {
    const frame = part.querySelector(`.photo[data-id="${CSS.escape(id)}"] .frame`);
    if (!frame) continue;
    scrollBy({ top: frame.getBoundingClientRect().top - top, behavior: 'instant' });
    // Skipped parts get their size when they come near: what they add moves the photo a second time.
    scrollBy({ top: frame.getBoundingClientRect().top - top, behavior: 'instant' });
    return frame.getBoundingClientRect().top - top;
  }
  return 0;
}
