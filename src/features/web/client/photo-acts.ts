import { fetchPage, type FetchedPage } from './fetch-page.ts';
import { showDone, showFault, showNotice } from './notice.ts';
import type { PhotoGrid } from './photo-grid.ts';
import type { ListedPhoto } from './sheet.ts';

export type Act = 'favourite' | 'archive' | 'trash';

/** The keys of Immich for what can be done with a photo. */
export const ACT_KEYS: readonly (readonly [
  keys: string,
  does: string,
  act: Act | 'details' | 'download',
  key: string,
])[] = [
  ['f', 'favourite, or no longer', 'favourite', 'f'],
  ['Shift a', 'archive, or back to the timeline', 'archive', 'A'],
  ['Delete', 'move to the trash', 'trash', 'Delete'],
  ['Shift d', 'download the original', 'download', 'D'],
  ['i', 'the page of the photo', 'details', 'i'],
];

/** Does what a key stands for with a photo. `onChange` follows when the photo left the list or came back to it. */
export async function actByKey(grid: PhotoGrid, photo: ListedPhoto, key: string, onChange: () => void): Promise<void> {
  const act = ACT_KEYS.find(([, , , of]) => of === key)?.[2];
  // Photos of other people have no page of their own.
  if (!act || !photo.href.startsWith('/photo/')) return;
  if (act === 'details') location.assign(photo.href);
  else if (act === 'download') await download(photo);
  else await actOn(grid, photo, act, onChange);
}

/** Posts the form that the photo's page has for an act, and shows what the next page says of it. */
async function actOn(grid: PhotoGrid, photo: ListedPhoto, act: Act, onChange: () => void): Promise<void> {
  const setGone = (gone: boolean) => {
    grid.setGone(photo.id, gone);
    onChange();
  };
  const button = await buttonFor(photo, act);
  if (!(button instanceof HTMLButtonElement)) {
    if (button && isGone(button)) setGone(true);
    return;
  }
  const list = new URL(photo.href, location.origin).searchParams.get('in') ?? 'timeline';
  const reply = await fetchPage(`/photo/${photo.id}`, new URLSearchParams({ in: list, act: button.value }));
  if (reply.status !== 200) {
    if (isGone(reply)) setGone(true);
    return showFault(reply);
  }
  // An archived photo stays in its albums.
  const stays = act === 'favourite' || (act === 'archive' && list.startsWith('album.'));
  const leaves = !stays || (list === 'favourites' && button.value === 'unfavourite');
  if (leaves) setGone(true);
  showDone(reply.page, () => leaves && setGone(false));
}

/** The button of the photo's page says which of two acts is possible now. Another tab may have changed it. */
async function buttonFor(photo: ListedPhoto, act: Act): Promise<HTMLButtonElement | FetchedPage | undefined> {
  const reply = await fetchPage(photo.href);
  if (reply.status !== 200 || !reply.page) {
    showFault(reply);
    return reply;
  }
  const button = reply.page.querySelector<HTMLButtonElement>(`.acts :is([value="${act}"], [value="un${act}"])`);
  if (!button) showNotice('This photo is in the trash.');
  return button ? document.importNode(button) : undefined;
}

const isGone = ({ status }: FetchedPage) => status === 404 || status === 410;

async function download(photo: ListedPhoto): Promise<void> {
  const reply = await fetchPage(photo.href);
  const link = reply.page?.querySelector('a[download]');
  if (link) document.importNode(link, true).dispatchEvent(new MouseEvent('click'));
  else showFault(reply);
}
