import type { ReceivedInvitation } from '../../albums/members/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { dayOf, writeDay } from '../parts/dates.ts';
import { renderPage } from '../parts/layout.ts';

interface InvitationsPage {
  handle: string;
  invitations: readonly ReceivedInvitation[];
  /** What an act has done. */
  said?: string | undefined;
}

/** Renders the invitations to albums that a person has received. */
export const renderInvitations = ({ handle, invitations, said }: InvitationsPage): string =>
  renderPage({
    title: 'Invitations',
    signedIn: handle,
    current: '/albums',
    main: html`<h1>Invitations</h1>
      ${said !== undefined && html`<p class="notice" role="status">${said}</p>`}
      ${
        invitations.length > 0
          ? html`<ul class="results">
              ${invitations.map(
                (invitation) =>
                  html`<li>
                    <span><strong dir="auto">${invitation.title}</strong> <small>${describe(invitation)}</small></span>
                    ${answerForm(invitation, true)}
                  </li>`,
              )}
            </ul>`
          : html`<p class="empty">There are no invitations. Your <a href="/albums">albums</a> are here.</p>`
      }`,
  });

/** Renders one invitation, for the person who has opened its link. */
export const renderInvitation = (handle: string, invitation: ReceivedInvitation): string =>
  renderPage({
    title: 'Invitation',
    signedIn: handle,
    current: '/albums',
    head: html`<meta name="referrer" content="no-referrer" />`,
    main: html`<div class="narrow">
      <h1>Join the album <bdi>${invitation.title}</bdi></h1>
      <p>${describe(invitation)}.</p>
      ${answerForm(invitation, false)}
    </div>`,
  });

function describe({ owner, role, expiresAt }: ReceivedInvitation): string {
  const name = owner.displayName || owner.handle;
  const may = role === 'viewer' ? 'look at the photos' : 'look at the photos and add your own';
  return `${name} invites you: you may ${may}. Open until ${writeDay(dayOf(expiresAt))}`;
}

/** An invitation by name can be declined. A link is simply not used. */
const answerForm = ({ token, title }: ReceivedInvitation, isByName: boolean): Content =>
  html`<form class="acts" method="post" action="/invitations/${token}">
    <button name="act" value="join">Join <span class="unseen">${title}</span></button>
    ${isByName && html`<button class="quiet" name="act" value="decline">Decline</button>`}
  </form>`;
