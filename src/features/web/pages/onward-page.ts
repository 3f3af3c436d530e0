import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';

/**
 * Renders a page that sends the browser on to another host. The content policy lets a form send it to no other host, also
 * by a redirect.
 */
export const renderOnward = (location: string, signedIn: string): string =>
  renderPage({
    title: 'One moment',
    signedIn,
    refreshTo: location,
    main: html`<div class="welcome">
      <h1>One moment</h1>
      <p><a class="button" href="${location}" rel="noreferrer">Continue to ${new URL(location).host}</a></p>
    </div>`,
  });
