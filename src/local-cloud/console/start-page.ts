import { html } from '../../runtime/html.ts';
import type { ConsoleDeps, Page } from './section.ts';
import { SECTIONS } from './sections.ts';

/** The first page: where the app is, and what each section shows. */
export const startPage = ({ app, projectId, dataDir, clock, standingClock }: ConsoleDeps): Page => ({
  title: 'Console',
  main: html`<h1>Console of the local cloud</h1>
    <p class="soft">What the services hold that stand in for Google's, on this machine alone.</p>
    <dl class="facts">
      <div>
        <dt>App</dt>
        <dd>${app.url === undefined ? 'is not running' : html`<a href="${app.url}">${app.url}</a>`}</dd>
      </div>
      <div>
        <dt>Project</dt>
        <dd>${projectId}</dd>
      </div>
      <div>
        <dt>Data</dt>
        <dd>${dataDir}</dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>${new Date(clock.now()).toISOString()}${standingClock && ' (stands)'}</dd>
      </div>
    </dl>
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
