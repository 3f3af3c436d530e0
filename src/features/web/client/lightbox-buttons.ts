import type PhotoSwipe from 'photoswipe';

/** What can be done with the photo in the lightbox: name, title, key, and the outline of the icon in a square of 32. */
const BUTTONS = [
  ['favourite', 'Favourite (f)', 'f', 'M16 26 7 17a5.6 5.6 0 0 1 8-8l1 1 1-1a5.6 5.6 0 0 1 8 8z'],
  ['archive', 'Archive (Shift a)', 'A', 'M6 7h20v5H6zM8 13.500h16V25H8zm5 2.500v2h6v-2z'],
  ['trash', 'Move to trash (Delete)', 'Delete', 'M12 6h8v2h6v2.500H6V8h6zM8 12h16l-1 14H9z'],
  [
    'details',
    'The page of the photo (i)',
    'i',
    'M16 5a11 11 0 1 0 0 22 11 11 0 0 0 0-22zm-1.500 5h3v3h-3zm0 5h3v7h-3z',
  ],
] as const;

/** Adds a button to the lightbox for each key that does something with the photo: phones have no keys. */
export function addButtons(box: PhotoSwipe, act: (key: string) => void): void {
  for (const [at, [name, title, key, outline]] of BUTTONS.entries()) {
    box.ui?.registerElement({
      name,
      title,
      order: 6 + at / 10,
      isButton: true,
      onInit: (element) => element.append(icon(outline)),
      onClick: () => act(key),
    });
  }
}

const SVG = 'http://www.w3.org/2000/svg';

function icon(outline: string): SVGElement {
  const [svg, path] = [document.createElementNS(SVG, 'svg'), document.createElementNS(SVG, 'path')];
  svg.setAttribute('class', 'pswp__icn');
  svg.setAttribute('viewBox', '0 0 32 32');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', outline);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
