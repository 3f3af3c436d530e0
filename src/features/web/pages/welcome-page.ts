import type { PublicTimeline } from '../../accounts/public-timelines.ts';
import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { signInWays, type SignInWays } from './sign-in-page.ts';

interface WelcomePage extends SignInWays {
  publicTimelines?: readonly PublicTimeline[];
}

/** Renders the front page for a stranger: what this is, and the ways to sign in. */
export const renderWelcome = (page: WelcomePage): string => renderPage({ main: welcome(page) });

const welcome = ({ publicTimelines = [], ...ways }: WelcomePage) =>
  html`<div class="welcome">
    <h1>All your photos on one timeline</h1>
    <p>
      Photo Timeline stores your originals unchanged and shows them newest first, back to the oldest. Every device shows
      a new photo as soon as it is uploaded.
    </p>
    ${signInWays(ways)} ${publicTimelines.length > 0 && listed(publicTimelines)}
  </div>`;

const listed = (timelines: readonly PublicTimeline[]) =>
  html`<section aria-labelledby="public">
    <h2 id="public">Public timelines</h2>
    <ul>
      ${timelines.map(
        ({ handle, displayName }) =>
          html`<li>
            <a href="/u/${encodeURIComponent(handle)}"><bdi>${displayName || handle}</bdi></a>
          </li> `,
      )}
    </ul>
  </section>`;
