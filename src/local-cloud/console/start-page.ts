import { html } from '../../runtime/html.ts';
import { facts } from './facts.ts';
import type { ConsoleDeps, Page } from './section.ts';
import { SECTIONS } from './sections.ts';

/** The first page: where the app is, and what each section shows. */
export const startPage = ({ app, projectId, dataDir, clock, standingClock }: ConsoleDeps): Page => ({
  title: 'Console',
  main: html`<h1>Console of the local cloud</h1>
    <p class="soft">What the services hold that stand in for Google's, on this machine alone.</p>
    ${facts({
      App: app.url === undefined ? 'is not running' : html`<a href="${app.url}">${app.url}</a>`,
      Project: projectId,
      Data: dataDir,
      Time: html`${new Date(clock.now()).toISOString()}${standingClock && ' (stands)'}`,
    })}
    <ul class="cards">
      ${SECTIONS.map(
        ({ path, title, summary }) =>
          html`<li>
            <h2><a href="${path}">${title}</a></h2>
            <p>${summary}</p>
          </li>`,
      )}
    </ul>`,
});
