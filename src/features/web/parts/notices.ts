import { html, type Content } from '../../../runtime/html.ts';

/** What an act has done, in the parameter `notice` of the page that follows. */
const NOTICES = {
  duplicate: ['This photo is in your timeline already. Nothing was added.'],
  restored: ['This photo was in the trash. It is back in your timeline.'],
  edited: ['Your changes are saved.', 'undo-edit'],
  'undo-edit': ['Your changes are undone.'],
  favourite: ['Added to your favourites.', 'unfavourite'],
  unfavourite: ['No longer a favourite.', 'favourite'],
  archive: ['Moved to the archive.', 'unarchive'],
  unarchive: ['Back in the timeline.', 'archive'],
  'turn-left': ['Turned to the left. The original stays as it is.', 'turn-right'],
  'turn-right': ['Turned to the right. The original stays as it is.', 'turn-left'],
  trash: ['Moved to the trash.', 'restore'],
  restore: ['Back from the trash.', 'trash'],
} as const satisfies Record<string, readonly [text: string, undo?: string]>;

export type Notice = keyof typeof NOTICES;

export const NOTICE_NAMES = Object.keys(NOTICES) as [Notice, ...Notice[]];

/** Renders a notice. If the act can be undone and the photo is known, the notice has a button that undoes it. */
export function noticeBox(notice: Notice | undefined, photo?: string, list = 'timeline'): Content {
  if (notice === undefined) return undefined;
  const [text, undo] = NOTICES[notice] as readonly [string, string?];
  return html`<undo-toast data-notice="${notice}">
    <div class="notice">
      <p role="status">${text}</p>
      ${undo !== undefined && photo !== undefined && undoForm(undo, photo, list)}
    </div>
  </undo-toast>`;
}

const undoForm = (undo: string, photo: string, list: string) =>
  html`<form method="post" action="/photo/${photo}">
    <input type="hidden" name="in" value="${list}" />
    <button class="quiet" name="act" value="${undo}">Undo</button>
  </form>`;
