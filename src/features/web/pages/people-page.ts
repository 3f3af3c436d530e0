import type { AlbumLink, AlbumMember, AlbumMembers } from '../../albums/members/schemas.ts';
import type { Album } from '../../albums/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { dayOf, writeDay } from '../parts/dates.ts';
import { renderPage } from '../parts/layout.ts';

interface PeoplePage {
  handle: string;
  /** The public address of the service: people copy the links. */
  publicUrl: string;
  album: Album;
  members: AlbumMembers;
  did?: PeopleDone | undefined;
}

const DONE = {
  invited: 'The invitation is sent. It is among the albums of that person.',
  link: 'The link is made. Give it to the people who may join.',
  ended: 'The invitation is ended.',
  removed: 'This person is no longer in the album.',
  permitted: 'Your choice is saved.',
};

export type PeopleDone = keyof typeof DONE;

export const PEOPLE_DONE = Object.keys(DONE) as [PeopleDone, ...PeopleDone[]];

/** Renders the people of an album, with the forms that invite and remove them. */
export function renderPeople({ handle, publicUrl, album, members, did }: PeoplePage): string {
  const { id, title, role, order } = album;
  const isOwner = role === 'owner';
  return renderPage({
    title: `People · ${title}`,
    signedIn: handle,
    current: '/albums',
    main: html`<h1>People</h1>
      <p class="hint">
        Who sees the album <a href="/albums/${id}"><bdi>${title}</bdi></a
        >.
      </p>
      ${did && html`<p class="notice" role="status">${DONE[did]}</p>`}
      <ul class="results">
        ${members.items.map((member) => memberItem(id, member, isOwner && member.role !== 'owner'))}
        ${members.links.map((link) => linkItem(id, link, publicUrl))}
      </ul>
      ${isOwner && (order === 'custom' ? placedByHand : inviteForms(id))} ${permission(album)}
      ${!isOwner && leaveFold(id)}
    </div>`,
  });
}

const ROLES = { owner: 'owner', contributor: 'adds photos', viewer: 'looks at the photos' };

function memberItem(id: string, member: AlbumMember, removable: boolean): Content {
  const { user, handle, displayName, role, state, invitation, count, since } = member;
  const photos = count === 1 ? '1 photo' : `${count} photos`;
  const standing = state === 'invited' ? `invited on ${writeDay(dayOf(since))}` : photos;
  return html`<li>
    <span
      ><strong><bdi>${displayName || handle}</bdi></strong> <small>${ROLES[role]}, ${standing}</small></span
    >
    ${
      removable &&
      html`<form method="post" action="/albums/${id}/people">
        <input type="hidden" name="${invitation === null ? 'user' : 'invitation'}" value="${invitation ?? user}" />
        <button class="quiet" name="act" value="${invitation === null ? 'remove' : 'end'}">
          ${invitation === null ? 'Remove' : 'End the invitation'} <span class="unseen">of ${handle}</span>
        </button>
      </form>`
    }
  </li>`;
}

const linkItem = (id: string, { id: invitation, role, url, expiresAt }: AlbumLink, publicUrl: string): Content =>
  html`<li>
    <span><strong>Link to join</strong> <small>${ROLES[role]}, open until ${writeDay(dayOf(expiresAt))}</small></span>
    <form method="post" action="/albums/${id}/people">
      <input type="hidden" name="invitation" value="${invitation}" />
      <a href="${url}">${url.startsWith('/') ? publicUrl : ''}${url}</a>
      <button class="quiet" name="act" value="end">End this link</button>
    </form>
  </li>`;

const placedByHand = html`<p class="hint">
  An album whose photos you place by hand cannot be shared with other people. Order it by date first.
</p>`;

const roleField = html`<label class="field"
  >They may
  <select name="role">
    <option value="viewer">look at the photos</option>
    <option value="contributor">look, and add their own photos</option>
  </select>
</label>`;

const inviteForms = (id: string): Content =>
  html`<h2>Invite a person</h2>
    <form class="upload" method="post" action="/albums/${id}/people">
      <label class="field"
        >Their name here <input name="handle" required maxlength="30" autocapitalize="none" autocomplete="off"
      /></label>
      ${roleField}
      <button name="act" value="invite">Invite</button>
    </form>
    <h2>Or make a link</h2>
    <form class="upload" method="post" action="/albums/${id}/people">
      ${roleField}
      <button name="act" value="link">Make a link</button>
      <p class="hint">Every person with an account here can join by the link, for 14 days.</p>
    </form>`;

/** What the others may copy of this person's photos. */
const permission = ({ id, originals, role }: Album): Content =>
  role === 'viewer'
    ? undefined
    : html`<h2>Your photos in this album</h2>
        <form class="upload" method="post" action="/albums/${id}/people">
          <label class="choice"
            ><input type="checkbox" name="originals" value="yes" ${originals && html`checked`} /> The others may copy my
            original files</label
          >
          <p class="hint">
            Originals may contain the place and the camera. Without this the others copy the pictures that they see.
          </p>
          <button class="quiet" name="act" value="permit">Save</button>
        </form>`;

const leaveFold = (id: string): Content =>
  html`<details class="fold">
    <summary>Leave this album …</summary>
    <form class="sure" method="post" action="/albums/${id}/people">
      <p>You no longer see the album, and your photos leave it. They stay in your timeline.</p>
      <button class="danger" name="act" value="leave">Leave the album</button>
    </form>
  </details>`;
