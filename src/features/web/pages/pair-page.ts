import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';

interface PairPage {
  code: string;
  name: string;
  /** Why the form was refused. */
  fault?: string | undefined;
}

/** Renders the form that pairs a browser by a code from the console of the program. */
export const renderPair = ({ code, name, fault }: PairPage): string =>
  renderPage({
    title: 'Pair this browser',
    main: html`<div class="welcome">
      <h1>Pair this browser</h1>
      <p>The computer that runs Photo Timeline shows a code. It pairs one browser, within ten minutes.</p>
      ${fault && html`<p class="notice fault" role="alert">${fault}</p>`}
      <form class="pair panel" method="post" action="/pair">
        <label class="field">
          Code
          <input
            name="code"
            value="${code}"
            required
            maxlength="12"
            autocomplete="one-time-code"
            autocapitalize="characters"
            spellcheck="false"
          />
        </label>
        <label class="field">
          Your name
          <input
            name="name"
            value="${name}"
            required
            maxlength="30"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
          />
        </label>
        <button>Pair</button>
        <p class="hint">A new name begins an account. The name of an account opens it here, too.</p>
      </form>
    </div>`,
  });
