import { html, type Content } from '../../../runtime/html.ts';
import { passkeyId, type Passkey } from '../../passkeys/stored-passkeys.ts';
import { writeInstant } from '../parts/dates.ts';
import { passkeyButton } from '../parts/passkey-button.ts';
import { section, signInAgain } from '../parts/settings-parts.ts';

/** What the section about passkeys shows. */
export interface PasskeySection {
  /** The oldest first. */
  passkeys: readonly Passkey[];
  /** Whether browsers offer passkeys at this address. */
  work: boolean;
}

/** Renders the passkeys of an account. Only adding one needs script, because WebAuthn does. */
export const passkeySection = (
  { passkeys, work }: PasskeySection,
  { timeZone, isFresh }: { timeZone: string; isFresh: boolean },
): Content =>
  section(
    'Passkeys',
    html`<p>A passkey of your phone, computer or security key signs you in without a code.</p>`,
    passkeys.length > 0 &&
      html`<ul class="sessions">
        ${passkeys.map((passkey) => row(passkey, timeZone))}
      </ul>`,
    adding(work, isFresh),
  );

function adding(work: boolean, isFresh: boolean): Content {
  if (!work) return html`<p class="hint">To add a passkey, open this page by https or on localhost.</p>`;
  if (!isFresh) return html`<p>${signInAgain} to add a passkey.</p>`;
  return passkeyButton({ act: 'add', words: 'Add a passkey', next: '/settings?notice=passkey-added' });
}

const row = ({ credential, name, createdAt, usedAt, backedUp }: Passkey, timeZone: string) => {
  const at = new Date(usedAt ?? createdAt).toISOString();
  return html`<li>
    <div>
      <strong>${name}</strong>${backedUp && ' (on all devices of its account)'}
      <small
        >${usedAt === null ? 'added' : 'last used'} <time datetime="${at}">${writeInstant(at, timeZone)}</time></small
      >
    </div>
    <form method="post" action="/settings">
      <input type="hidden" name="passkey" value="${passkeyId(credential)}" />
      <button class="quiet" name="act" value="remove-passkey" aria-label="Remove the passkey ${name}">Remove</button>
    </form>
  </li> `;
};
