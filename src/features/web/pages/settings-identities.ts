import { html, type Content } from '../../../runtime/html.ts';
import type { LinkedIdentity } from '../../accounts/linked-identities.ts';
import { section, signInAgain } from '../parts/settings-parts.ts';

/** What the section about sign-ins shows. */
export interface Identities {
  /** The identities that were added to the first one, the oldest first. */
  linked: readonly (LinkedIdentity & { id: string })[];
  /** Issuers at which a person can sign in. */
  providers: readonly { issuer: string; name: string }[];
}

/** Renders the further sign-ins of an account, and the buttons to add some. Nothing where no issuer is configured. */
export function identitiesSection({ identities, isFresh }: { identities: Identities; isFresh: boolean }): Content {
  const { linked, providers } = identities;
  if (linked.length === 0 && providers.length === 0) return undefined;
  return section(
    'Other ways to sign in',
    linked.length > 0 &&
      html`<ul class="sessions">
        ${linked.map((identity) => row(identity, providers))}
      </ul>`,
    isFresh ? providers.map(addButton) : html`<p>${signInAgain} to add another sign-in of yours.</p>`,
  );
}

const row = ({ id, issuer, label }: LinkedIdentity & { id: string }, providers: Identities['providers']) =>
  html`<li>
    <div>
      <strong><bdi>${label}</bdi></strong
      ><small>${providers.find((provider) => provider.issuer === issuer)?.name ?? issuer}</small>
    </div>
    <form method="post" action="/settings">
      <input type="hidden" name="identity" value="${id}" />
      <button class="quiet" name="act" value="unlink-identity" aria-label="Remove ${label}">Remove</button>
    </form>
  </li> `;

const addButton = ({ issuer, name }: { issuer: string; name: string }) =>
  html`<form method="post" action="/settings">
    <input type="hidden" name="issuer" value="${issuer}" />
    <button class="quiet" name="act" value="link-identity">Add a sign-in with ${name}</button>
  </form> `;
