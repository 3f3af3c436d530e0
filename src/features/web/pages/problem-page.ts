import type { ProblemPage } from '../../../http/replies/send-problem.ts';
import { WORDS_FOR_PEOPLE, wordsForFields } from '../../../runtime/error-words.ts';
import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';

/** Renders a problem for a person: what happened, and the way on. The words for programs are folded. */
export function renderProblemPage({ problem, path, signedIn, signInHref }: ProblemPage): string {
  const { title, detail, status, code, errors, requestId } = problem;
  const isPhoto = (code === 'not-found' || code === 'gone') && path.startsWith('/photo/');
  return renderPage({
    title: isPhoto ? 'This photo is not here' : title,
    signedIn,
    main: html`<div class="narrow">
      <h1>${isPhoto ? 'This photo is not here' : title}</h1>
      <p>${isPhoto ? NO_PHOTO : WORDS_FOR_PEOPLE[code]}</p>
      ${wordsForFields(errors).map((words) => html`<p>${words}</p>`)}
      <p class="ways">
        ${signInHref !== undefined && html`<a class="button" href="${signInHref}">Sign in</a>`}
        ${path === '/upload_photo' && signedIn !== undefined && html`<a class="button" href="/upload_photo">Upload photos</a>`}
        <a class="button" href="/">${signedIn === undefined ? 'To the first page' : 'To your photos'}</a>
        ${isPhoto && html`<a class="button" href="/trash">To the trash</a>`}
      </p>
      <details class="faint">
        <summary>Details for developers</summary>
        <p>${detail}</p>
        ${
          errors &&
          html`<ul>
            ${errors.map(({ pointer, message }) => html`<li>${pointer} ${message}</li>`)}
          </ul>`
        }
        <p>${status} ${code}${requestId && ` · request ${requestId}`}</p>
      </details>
    </div>`,
  });
}

const NO_PHOTO = 'It may have been deleted for good, perhaps in another window. Nothing else has changed.';
