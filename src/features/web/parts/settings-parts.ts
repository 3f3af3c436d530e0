import { html, type Content } from '../../../runtime/html.ts';

/** A section of the settings. */
export const section = (title: string, ...contents: Content[]): Content =>
  html`<section class="panel">
    <h2>${title}</h2>
    ${contents}
  </section>`;

export const signInAgain = html`<a href="/sign-in?returnTo=%2Fsettings">Sign in again</a>`;
