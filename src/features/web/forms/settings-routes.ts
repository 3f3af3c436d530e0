import { z } from 'zod';
import { requireUser, type Store } from '../../../data/read/store.ts';
import { readPlainForm } from '../../../http/forms/plain-form.ts';
import { parseInput } from '../../../http/input/read-input.ts';
import { defineRoute, type Caller, type Input, type Reply, type Route } from '../../../http/route.ts';
import { WORDS_FOR_PEOPLE, wordsForFields } from '../../../runtime/error-words.ts';
import { AppError, type ErrorCode } from '../../../runtime/errors.ts';
import { eraseAccount, type AccountDeletionRouteDeps } from '../../account-deletion/routes.ts';
import type { AccountSettings } from '../../accounts/account-settings.ts';
import { isFreshSignIn } from '../../accounts/fresh-sign-in.ts';
import type { PageSignIn } from '../../accounts/page-sign-in.ts';
import { MeEdit } from '../../accounts/schemas.ts';
import { makeTokenByForm, readTokens, type TokenFormDeps } from './token-forms.ts';
import type { Passkeys } from '../../passkeys/passkeys.ts';
import { SignInFault } from '../../sign-in/sign-in-fault.ts';
import type { SignIns } from '../../sign-in/sign-ins.ts';
import { renderOnward } from '../pages/onward-page.ts';
import { tellFault } from '../parts/sign-in-faults.ts';
import { renderSettings, SETTINGS_NOTICES, type SettingsNotice } from '../pages/settings-page.ts';

export interface SettingsDeps extends TokenFormDeps {
  settings: AccountSettings;
  store: Store;
  deletion: AccountDeletionRouteDeps;
  signIns: SignIns;
  pageSignIn: PageSignIn;
  /** Where the service has no issuer. */
  passkeys: Passkeys | undefined;
}

/** Links may have any parameters. An unknown value is ignored, not refused. */
const SettingsQuery = z.looseObject({
  notice: z
    .enum(Object.keys(SETTINGS_NOTICES) as [SettingsNotice, ...SettingsNotice[]])
    .optional()
    .catch(undefined),
});

/** Routes of the page of the settings and of its forms. */
export const settingsRoutes = (deps: SettingsDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/settings',
    summary: 'The settings of the account, its usage and its sessions.',
    access: 'user',
    scope: 'person',
    documented: false,
    query: SettingsQuery,
    replies: { 200: 'text/html' },
    handle: async ({ caller, request, query: { notice } }) => ({
      status: 200,
      html: renderSettings({ ...(await view(deps, caller, request)), notice }),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/settings',
    summary: 'Does what the button `act` of a form says with the account, and shows its settings.',
    access: 'user',
    scope: 'person',
    documented: false,
    replies: { 200: 'text/html', 303: null },
    async handle({ caller, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const { act } = parseInput(Act, { act: fields.get('act') });
      try {
        return await ACTS[act](deps, { caller, request, fields });
      } catch (error) {
        if (error instanceof SignInFault) {
          const { status, fault } = tellFault(error);
          return { status, html: renderSettings({ ...(await view(deps, caller, request)), fault }) };
        }
        if (!(error instanceof AppError)) throw error;
        if (error.code === 'fresh-sign-in-required') return seeOther('/sign-in?returnTo=%2Fsettings');
        if (!ON_THE_PAGE.has(error.code)) throw error;
        const page = await view(deps, caller, request);
        return { status: error.status, html: renderSettings({ ...page, fault: wordsFor(error), typed: fields }) };
      }
    },
  }),
];

const MAX_FORM_BYTES = 8192;

type Request = Input<undefined, undefined, undefined, 'user'>['request'];

interface Posted {
  caller: Caller;
  request: Request;
  fields: URLSearchParams;
}

/** Faults that the person mends on the page. */
const ON_THE_PAGE = new Set<ErrorCode>([
  'invalid-request',
  'handle-taken',
  'conflict',
  'precondition-failed',
  'too-many-tokens',
]);

const ACTS = {
  profile: (deps, { caller, fields }) =>
    edit(deps, caller, fields, {
      displayName: fields.get('displayName'),
      handle: handleIn(fields),
      timeZone: fields.get('timeZone'),
    }),
  visibility: (deps, { caller, fields }) => edit(deps, caller, fields, { visibility: fields.get('visibility') }),
  mail: (deps, { caller, fields }) =>
    edit(deps, caller, fields, {
      mail: { summary: fields.has('summary'), memories: fields.has('memories'), posts: fields.has('posts') },
    }),
  async undo({ settings }, { caller }) {
    await settings.undo(caller);
    return seeOther('/settings?notice=undone');
  },
  async 'end-session'({ settings }, { caller, request, fields }) {
    const headers = await settings.endSession(caller, request, fields.get('session') ?? '');
    return seeOther(headers ? '/' : '/settings?notice=session-ended', headers);
  },
  async 'link-identity'({ signIns }, { caller, request, fields }) {
    const { location, cookies } = await signIns.beginLink(request, caller, fields.get('issuer') ?? '');
    return { status: 200, headers: { 'Set-Cookie': cookies }, html: renderOnward(location, caller.handle) };
  },
  async 'unlink-identity'({ pageSignIn }, { caller, fields }) {
    await pageSignIn.unlink(caller, fields.get('identity') ?? '');
    return seeOther('/settings?notice=unlinked');
  },
  async 'remove-passkey'({ passkeys }, { caller, fields }) {
    await passkeys?.remove(caller, fields.get('passkey') ?? '');
    return seeOther('/settings?notice=passkey-removed');
  },
  'end-all-sessions': async ({ settings }, { caller }) => seeOther('/', await settings.endAllSessions(caller)),
  async 'make-token'(deps, { caller, request, fields }) {
    const made = await makeTokenByForm(deps, caller, fields);
    const page = await view(deps, caller, request);
    const keys = { ...page.keys, made };
    return { status: 200, html: renderSettings({ ...page, keys }), headers: { 'Cache-Control': 'no-store' } };
  },
  async 'revoke-token'({ tokens }, { caller, fields }) {
    await tokens.revoke(caller.user, fields.get('token') ?? '');
    return seeOther('/settings?notice=token-revoked');
  },
  async 'delete-account'({ deletion }, { caller }) {
    await eraseAccount(deletion, caller);
    return seeOther('/');
  },
} satisfies Record<string, (deps: SettingsDeps, posted: Posted) => Promise<Reply>>;

type ActName = keyof typeof ACTS;

const Act = z.object({ act: z.enum(Object.keys(ACTS) as [ActName, ...ActName[]]) });

async function edit({ settings }: SettingsDeps, caller: Caller, fields: URLSearchParams, sent: object): Promise<Reply> {
  await settings.edit(caller, parseInput(MeEdit, sent), fields.get('revision') ?? '');
  return seeOther('/settings?notice=saved');
}

/** People write `Ana Maria`, and mean the handle `ana-maria`. */
const handleIn = (fields: URLSearchParams) => fields.get('handle')?.trim().toLowerCase().replaceAll(/\s+/g, '-');

const view = async (deps: SettingsDeps, caller: Caller, request: Request) => ({
  me: await deps.settings.read(caller),
  sessions: await deps.settings.sessions(caller, request),
  keys: await readTokens(deps, caller),
  hidden: (await requireUser(deps, caller.user)).hiddenDays ?? [],
  isFresh: isFreshSignIn(deps, caller),
  passkeys: deps.passkeys && {
    passkeys: await deps.passkeys.list(caller),
    work: deps.passkeys.work(request),
  },
  identities: { linked: await deps.pageSignIn.linked(caller), providers: await deps.signIns.offered() },
});

/** The fault of a field is a sentence that people understand. */
function wordsFor({ code, errors }: AppError): string {
  if (code === 'precondition-failed') return 'These settings were changed elsewhere in the meantime. Look again.';
  if (code === 'conflict') return 'You have had five names in links. Choose one of them.';
  return wordsForFields(errors).join(' ') || WORDS_FOR_PEOPLE[code];
}

const seeOther = (Location: string, headers: Record<string, string> = {}): Reply => ({
  status: 303,
  headers: { ...headers, Location },
});
