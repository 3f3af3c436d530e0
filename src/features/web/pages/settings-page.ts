import type { Me, SignedInPage } from '../../accounts/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';
import { writeBytes } from '../parts/bytes.ts';
import { writeInstant } from '../parts/dates.ts';
import { hiddenDays } from '../parts/memories.ts';
import { renderPage } from '../parts/layout.ts';
import { tokenSection, type TokenSection } from './token-section.ts';
import { section, signInAgain } from '../parts/settings-parts.ts';
import { passkeySection, type PasskeySection } from './settings-passkeys.ts';
import { identitiesSection, type Identities } from './settings-identities.ts';

/** What an act has done, in the parameter `notice` of the page that follows. */
export const SETTINGS_NOTICES = {
  saved: 'Your changes are saved.',
  undone: 'Your changes are undone.',
  'session-ended': 'This browser is signed out.',
  'token-revoked': 'The key is deleted, and no longer works.',
  'passkey-added': 'Your passkey is added.',
  'passkey-removed': 'The passkey is removed.',
  'day-shown': 'This day is shown again.',
  linked: 'From now on you can sign in with it, too.',
  unlinked: 'It does not sign you in any more.',
};

export type SettingsNotice = keyof typeof SETTINGS_NOTICES;

interface SettingsPage {
  me: Me;
  /** Browsers that are signed in, the last used one first. */
  sessions: readonly SignedInPage[];
  keys: TokenSection;
  /** Days that are hidden from the memories, as `2019-11-29`. */
  hidden: readonly string[];
  identities: Identities;
  /** Where the service has no issuer. */
  passkeys?: PasskeySection | undefined;
  /** Whether the sign-in is recent enough for what cannot be undone. */
  isFresh: boolean;
  notice?: SettingsNotice | undefined;
  /** Why a form was refused. Then `typed` holds what the person entered. */
  fault?: string | undefined;
  typed?: URLSearchParams | undefined;
}

/** Renders the settings of an account, its usage, its sessions and its access keys. */
export function renderSettings(page: SettingsPage): string {
  const { me, sessions, notice, fault } = page;
  return renderPage({
    title: 'Settings',
    signedIn: me.handle,
    current: '/settings',
    main: html`<div class="settings">
      <h1>Settings</h1>
      ${notice && noticeOf(notice)} ${fault && html`<p class="notice fault" role="alert">${fault}</p>`} ${profile(page)}
      ${visibility(page)} ${mail(me)} ${usage(me.usage)}
      ${page.passkeys && passkeySection(page.passkeys, { timeZone: me.timeZone, isFresh: page.isFresh })}
      ${identitiesSection(page)} ${signedIn(sessions, me)}
      ${page.hidden.length > 0 && section('Hidden days', hiddenDays(page.hidden))}
      ${tokenSection(page.keys, { timeZone: me.timeZone, typed: page.typed })} ${deletion(page)}
    </div>`,
  });
}

const noticeOf = (notice: SettingsNotice) =>
  html`<div class="notice">
    <p role="status">${SETTINGS_NOTICES[notice]}</p>
    ${
      notice === 'saved' &&
      html`<form method="post" action="/settings"><button class="quiet" name="act" value="undo">Undo</button></form>`
    }
  </div>`;

function profile({ me, typed }: SettingsPage): Content {
  const value = (name: 'displayName' | 'handle' | 'timeZone') => typed?.get(name) ?? me[name];
  return section(
    'You',
    form(
      me,
      html`<label class="field">
          Name
          <input name="displayName" value="${value('displayName')}" maxlength="100" autocomplete="name" dir="auto" />
        </label>
        <label class="field">
          Name in links
          <input
            name="handle"
            value="${value('handle')}"
            required
            maxlength="30"
            autocapitalize="none"
            spellcheck="false"
          />
        </label>
        <label class="field">
          Time zone of your days
          <select name="timeZone">
            ${zonesWith(value('timeZone')).map((zone) => option(zone, zone === value('timeZone')))}
          </select>
        </label>
        <p class="hint">Links with a former name keep working. Stored photos keep their times.</p>
        <button name="act" value="profile">Save</button>`,
    ),
  );
}

const option = (zone: string, chosen: boolean) =>
  html`<option value="${zone}" ${chosen && html`selected`}>${zone.replaceAll('_', ' ')}</option> `;

/** The zones that this machine knows, with the chosen one, which may have an older name. */
const zonesWith = (chosen: string) => [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])].sort();

function visibility({ me, isFresh }: SettingsPage): Content {
  const isPublic = me.visibility === 'public';
  const choice = (value: Me['visibility'], words: string) =>
    html`<label class="choice">
      <input type="radio" name="visibility" value="${value}" ${me.visibility === value && html`checked`} /> ${words}
    </label>`;
  return section(
    'Who sees your photos',
    isPublic || isFresh
      ? form(
          me,
          html`${choice('private', 'Only you')} ${choice('public', 'Everybody: without originals and places')}
            <button name="act" value="visibility">Save</button>`,
        )
      : html`<p>Only you.</p>
          <p>${signInAgain} to show your photos to everybody.</p>`,
    isPublic && html`<p><a href="/u/${encodeURIComponent(me.handle)}">Your public page</a></p>`,
  );
}

function mail(me: Me): Content {
  const { address, summary, memories, posts } = me.mail;
  const choice = (name: string, chosen: boolean, words: string) =>
    html`<label class="choice"><input type="checkbox" name="${name}" ${chosen && html`checked`} /> ${words}</label>`;
  return section(
    'Mail',
    html`<p>
      ${address === null ? 'No mail address of yours is known.' : html`Mail goes to <strong>${address}</strong>.`}
    </p>`,
    form(
      me,
      html`${choice('summary', summary, 'A summary of each day with new photos, the next morning')}
        ${choice('memories', memories, 'With it, your photos of the same day in earlier years')}
        ${choice('posts', posts, 'A mail about new photos')} <button name="act" value="mail">Save</button>`,
    ),
  );
}

function usage({ photos, bytes, reservedBytes, quotaBytes }: Me['usage']): Content {
  const used = `${writeBytes(bytes)} of ${writeBytes(quotaBytes)}`;
  return section(
    'Storage',
    html`<p id="usage">
        ${used} used, ${photos} ${photos === 1 ? 'photo' : 'photos'}. Photos in the trash count too.
        ${reservedBytes > 0 && `${writeBytes(reservedBytes)} are kept for uploads under way.`}
      </p>
      <meter aria-labelledby="usage" value="${bytes + reservedBytes}" max="${quotaBytes}">${used}</meter>`,
  );
}

function signedIn(sessions: readonly SignedInPage[], me: Me): Content {
  return section(
    'Where you are signed in',
    sessions.length === 0
      ? html`<p>No browser is signed in.</p>`
      : html`<ul class="sessions">
            ${sessions.map((session) => signedInPage(session, me))}
          </ul>
          ${form(me, html`<button class="quiet" name="act" value="end-all-sessions">Sign out everywhere</button>`)}`,
  );
}

const signedInPage = ({ id, current, browser, network, lastUsedAt }: SignedInPage, { timeZone }: Me) =>
  html`<li>
    <div>
      <strong>${browser ?? 'A browser'}</strong>${current && ' (this one)'}
      <small
        >last used
        <time datetime="${lastUsedAt}">${writeInstant(lastUsedAt, timeZone)}</time
        >${network && `, from ${network}`}</small
      >
    </div>
    <form method="post" action="/settings">
      <input type="hidden" name="session" value="${id}" />
      <button class="quiet" name="act" value="end-session" aria-label="Sign out ${browser ?? 'a browser'}">
        Sign out
      </button>
    </form>
  </li> `;

function deletion({ me, isFresh }: SettingsPage): Content {
  return section(
    'Delete your account',
    html`<details>
      <summary>Delete account and all photos …</summary>
      <p>
        All your photos, those in the trash too, their originals and your settings are deleted for good. This cannot be
        undone. Download what you want to keep first.
      </p>
      ${
        isFresh
          ? form(
              me,
              html`<button class="danger" name="act" value="delete-account">Delete ${me.handle} for good</button>`,
            )
          : html`<p>${signInAgain} first, so that only you can do this.</p>`
      }
    </details>`,
  );
}

/** The revision refuses a form that was opened before another change. */
const form = ({ revision }: Me, contents: Content) =>
  html`<form method="post" action="/settings">
    <input type="hidden" name="revision" value="${revision}" />
    ${contents}
  </form>`;
