import { html } from '../../runtime/html.ts';
import { renderPage } from './layout.ts';

/** How people sign in, and where they go then. */
export interface SignInWays {
  /** Whether a name alone signs in, by the stand-in issuer. */
  localSignIn: boolean;
  /** Whether a stranger's sign-in begins an account. */
  registrationOpen: boolean;
}

export interface SignInPage extends SignInWays {
  /** The path of a page of ours. */
  returnTo: string;
  signedIn?: string | undefined;
}

/** The page that asks for a sign-in, also of those who are signed in already and need a fresh one. */
export const renderSignIn = ({ returnTo, signedIn, ...ways }: SignInPage): string =>
  renderPage({
    title: 'Sign in',
    signedIn,
    main: html`<div class="welcome">
      <h1>Sign in</h1>
      ${signInWays(ways, returnTo)}
    </div>`,
  });

/** The form of the local profile, or how a token signs in. */
export const signInWays = ({ localSignIn, registrationOpen }: SignInWays, returnTo = '/') =>
  html`${localSignIn ? signInForm(returnTo) : signInByToken} ${!registrationOpen && invitedOnly}`;

const invitedOnly = html`<p>New accounts need an invitation: ask the operator of this service.</p>`;

const signInByToken = html`<p>
  Sign in with an ID token: send it to <code>POST /v1/session</code> for the session of a page, or as
  <code>Authorization: Bearer …</code> with every request. <a href="/docs#postSession">How that works</a>
</p>`;

const signInForm = (returnTo: string) =>
  html`<form class="signin panel" method="post" action="/signin">
    <input type="hidden" name="returnTo" value="${returnTo}" />
    <label class="field">
      Your name
      <input
        name="name"
        required
        maxlength="30"
        pattern="[a-z0-9._\\-]+"
        title="Small letters, digits, dots, dashes and underscores"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
      />
    </label>
    <button>Sign in</button>
    <p class="hint">This is the local profile: any name signs in, without a password.</p>
  </form>`;
