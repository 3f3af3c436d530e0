import type { Activity } from '../../activity/read-activity.ts';
import { html } from '../../../runtime/html.ts';
import type { EventKind } from '../../../data/rules/events.ts';

/** Renders the latest events of an account. */
export const activityList = ({ events, before }: Activity) =>
  html`<details class="panel">
    <summary>Latest events</summary>
    <ol>
      ${events.map(
        ({ at, kind, photos = 1 }) =>
          html`<li>
            ${time(at)} ${kind === 'sign-in' ? '' : photos === 1 ? 'a photo' : `${photos} photos`} ${WORDS[kind]}
          </li> `,
      )}
    </ol>
    ${before !== null && html`<p>Events before ${time(before)} are being deleted.</p>`}
  </details>`;

function time(at: number) {
  const instant = new Date(at).toISOString();
  return html`<time datetime="${instant}">${instant.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

const WORDS: Record<EventKind, string> = {
  upload: 'uploaded',
  edit: 'edited',
  trash: 'moved to the trash',
  restore: 'taken out of the trash',
  erase: 'deleted for good',
  reject: 'removed, because its bytes do not have the announced sha256: send it again',
  'sign-in': 'signed in',
};
