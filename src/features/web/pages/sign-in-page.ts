import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { passkeyButton } from '../parts/passkey-button.ts';

/** The ways to sign in. */
export interface SignInWays {
  /** Whether a name alone signs in, in the local profile. */
  localSignIn: boolean;
  /** Whether a stranger's sign-in creates an account. */
  registrationOpen: boolean;
  /** Whether a code from the console signs in. */
  pairs: boolean;
  /** Issuers at which a person can sign in. */
  providers: readonly { issuer: string; name: string }[];
}

interface SignInPage extends SignInWays {
  /** A path on this host. */
  returnTo: string;
  signedIn?: string | undefined;
  /** Why the latest sign-in did not succeed. */
  fault?: string | undefined;
}

/** Renders the sign-in page. A signed-in user sees it too, to sign in again. */
export const renderSignIn = ({ returnTo, signedIn, fault, ...ways }: SignInPage): string =>
  renderPage({
    title: 'Sign in',
    signedIn,
    main: html`<div class="welcome">
      <h1>Sign in</h1>
      ${fault && html`<p class="notice fault" role="alert">${fault}</p>`} ${signInWays(ways, returnTo)}
    </div>`,
  });

/** Renders the form of the local profile, a button for each issuer, or how to sign in by a token. */
export function signInWays({ localSignIn, registrationOpen, pairs, providers }: SignInWays, returnTo = '/') {
  const byToken = !localSignIn && !pairs && providers.length === 0;
  return html`${localSignIn && signInForm(returnTo)} ${providers.length > 0 && providerButtons(providers, returnTo)}
  ${pairs && byPasskeyOrCode(returnTo)} ${byToken && signInByToken} ${!registrationOpen && invitedOnly}`;
}

const invitedOnly = html`<p>New accounts need an invitation. Ask the operator of this service.</p>`;

/** Links, not forms: the content policy lets a form send the browser to no other host, also by a redirect. */
const providerButtons = (providers: SignInWays['providers'], returnTo: string) =>
  html`<p class="providers">
    ${providers.map(
      ({ issuer, name }) =>
        html`<a
          class="button"
          href="/sign-in?${new URLSearchParams({ with: issuer, returnTo }).toString()}"
          rel="nofollow"
          >Continue with ${name}</a
        > `,
    )}
  </p>`;

const byPasskeyOrCode = (returnTo: string) =>
  html`${passkeyButton({ act: 'sign-in', words: 'Sign in with a passkey', next: returnTo })}
    <p><a class="button" href="/pair">Pair this browser with a code</a></p>`;

const signInByToken = html`<p>
  Sign in with an ID token: send it to <code>POST /v1/session</code> for the session of a page, or as
  <code>Authorization: Bearer …</code> with every request. <a href="/docs#postSession">How that works</a>
</p>`;

const signInForm = (returnTo: string) =>
  html`<form class="signin panel" method="post" action="/signin">
    <input type="hidden" name="returnTo" value="${returnTo}" />
    <label class="field">
      Your name
      <input name="name" required maxlength="30" autocomplete="username" autocapitalize="none" spellcheck="false" />
    </label>
    <button>Sign in</button>
    <p class="hint">This is the local profile: any name signs in without a password.</p>
  </form>`;
