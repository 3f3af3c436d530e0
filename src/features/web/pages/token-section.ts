import { html, type Content } from '../../../runtime/html.ts';
import type { Scope } from '../../../http/scopes.ts';
import type { TokenItem } from '../../tokens/schemas.ts';
import { writeInstant } from '../parts/dates.ts';

/** The personal tokens of an account, which pages call access keys. */
export interface TokenSection {
  /** The newest first. */
  tokens: readonly TokenItem[];
  /** Makes a form that is sent twice have one effect. */
  formKey: string;
  /** The key that was just made: the only page that shows it. */
  made?: { name: string; token: string } | undefined;
}

/** What a key may do, as its form offers it. No route asks for `export` yet. */
const SCOPE_WORDS = {
  read: 'Look at your photos',
  upload: 'Add photos',
  edit: 'Change photos',
  delete: 'Delete photos',
  share: 'Share photos',
} as const satisfies Partial<Record<Scope, string>>;

/** How long a key lasts, in days, as its form offers it. */
export const TOKEN_DAYS = { 30: '30 days', 90: '90 days', 365: 'one year' } as const;

/** Renders the list of the keys and the form that makes one. `typed` is what the person entered in a refused form. */
export const tokenSection = (
  { tokens, formKey, made }: TokenSection,
  { timeZone, typed }: { timeZone: string; typed: URLSearchParams | undefined },
): Content =>
  html`<section class="panel" id="keys">
    <h2>Access keys</h2>
    <p>
      A key lets a program, a camera or a shortcut on your phone use your photos while you are not signed in there. Give
      it no more than it needs.
    </p>
    ${made && newToken(made)}
    ${
      tokens.length > 0 &&
      html`<ul class="sessions">
        ${tokens.map((token) => tokenLine(token, timeZone))}
      </ul>`
    }
    ${makingForm(formKey, typed)}
  </section>`;

const newToken = ({ name, token }: { name: string; token: string }) =>
  html`<div class="notice" role="status">
    <label class="field">
      The new key “${name}”. Copy it now: it is not shown again.
      <input value="${token}" readonly spellcheck="false" autocomplete="off" />
    </label>
  </div>`;

const tokenLine = ({ id, name, scopes, lastUsedAt, expiresAt }: TokenItem, timeZone: string) =>
  html`<li>
    <div>
      <strong dir="auto">${name}</strong>
      <small
        >${scopes.map(wordOf).join(', ')};
        ${lastUsedAt === null ? 'never used' : html`last used ${instant(lastUsedAt, timeZone)}`}, ends
        ${instant(expiresAt, timeZone)}</small
      >
    </div>
    <form method="post" action="/settings">
      <input type="hidden" name="token" value="${id}" />
      <button class="quiet" name="act" value="revoke-token" aria-label="Delete the key ${name}">Delete</button>
    </form>
  </li> `;

const wordOf = (scope: Scope) => (scope === 'export' ? 'Export photos' : SCOPE_WORDS[scope]);

const instant = (time: string, timeZone: string) =>
  html`<time datetime="${time}">${writeInstant(time, timeZone)}</time>`;

function makingForm(formKey: string, typed: URLSearchParams | undefined): Content {
  const chosen = typed?.getAll('scopes') ?? ['upload'];
  const days = typed?.get('days') ?? '90';
  return html`<form method="post" action="/settings">
    <input type="hidden" name="formKey" value="${formKey}" />
    <label class="field">
      What it is for
      <input
        name="tokenName"
        value="${typed?.get('tokenName')}"
        required
        maxlength="100"
        autocomplete="off"
        dir="auto"
      />
    </label>
    <fieldset>
      <legend>What it may do</legend>
      ${Object.entries(SCOPE_WORDS).map(([scope, words]) => choice(scope, words, chosen.includes(scope)))}
    </fieldset>
    <label class="field">
      How long it lasts
      <select name="days">
        ${Object.entries(TOKEN_DAYS).map(([value, words]) => option(value, words, value === days))}
      </select>
    </label>
    <button name="act" value="make-token">Make a key</button>
  </form>`;
}

const choice = (scope: string, words: string, chosen: boolean) =>
  html`<label class="choice">
    <input type="checkbox" name="scopes" value="${scope}" ${chosen && html`checked`} /> ${words}
  </label>`;

const option = (value: string, words: string, chosen: boolean) =>
  html`<option value="${value}" ${chosen && html`selected`}>${words}</option> `;
