import type { Datastore } from '@google-cloud/datastore';
import type { Request } from 'express';
import type { Clock } from '../../runtime/clock.ts';
import type { IdentityConfig } from './identity-config.ts';
import type { Caller, Route } from '../../http/route.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { User } from '../../data/model/records.ts';
import { isPublic, isSuspended } from '../../data/rules/suspension.ts';
import type { Store } from '../../data/read/store.ts';
import { addLogFields, type Log } from '../../runtime/log.ts';
import { once } from '../../runtime/lazy.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { logName } from '../../signing/log-name.ts';
import { accountSettings, type AccountSettings } from './account-settings.ts';
import { accountMemory, findForStranger, findOrCreateAccount, findUserByHandle, type AccountDeps } from './account.ts';
import { callerOf, type PersonalTokens } from './caller.ts';
import { noteErasure } from './erased-identities.ts';
import { parseHandle } from './handle.ts';
import { localAccountRoutes } from './local-routes.ts';
import { pageSignIn, type PageSignIn } from './page-sign-in.ts';
import type { RegistrationConfig } from './registration-config.ts';
import { publicTimelines, type PublicTimeline } from './public-timelines.ts';
import { accountRoutes } from './routes.ts';
import type { SecurityLog } from './security-log.ts';
import { sessionUses } from './session.ts';
import { LOCAL_ISSUER, trustedIssuers, type TrustedIssuer } from './trusted-issuers.ts';
import type { TokenVerifier } from './verify-token.ts';

interface AccountsOptions {
  datastore: Datastore;
  clock: Clock;
  library: Library;
  store: Store;
  limits: { quotaBytes: number };
  /** Returns the address for mail to a user, or undefined if none is known. */
  addressOf: (user: User) => string | undefined;
  identity: IdentityConfig;
  registration: RegistrationConfig;
  /** Time without a request after which the session of a page ends. */
  sessionIdleMs: number;
  log: Log;
  /** Whether App Engine's front end sends the address of a client. */
  onAppEngine: boolean;
  /** URL of the stand-in issuer, if there is one. It counts only if `identity` is local. */
  localIssuer?: string | undefined;
  signingKeys: SigningKeys;
  personalTokens: PersonalTokens;
  securityLog: SecurityLog;
  /** Whether browsers reach the service over https. The session's cookie depends on it. */
  https: boolean;
  /** Origins of web apps, which may ask for a token of the stand-in issuer. */
  allowedOrigins: readonly string[];
  /** See `AccountDeps`. */
  countNewAccount?: AccountDeps['countNewAccount'];
}

/** The use cases of accounts that the app and other features call. */
export interface Accounts {
  routes: Route[];
  /** See `callerOf` in caller.ts. From then on the log lines of the request name the caller. */
  callerOf: (request: Request) => Promise<Caller | undefined>;
  /**
   * Returns the account of a name without a token, and creates a new one. For the local profile only. Like a bearer
   * token it is no sign-in.
   * @throws AppError invalid-request if the name is no handle, account-erased
   */
  accountOfName: (name: string) => Promise<Caller>;
  /** Returns the account with this handle, unless it is suspended. */
  find: (name: string) => Promise<Caller | undefined>;
  /** See `SecurityLog`. */
  securityLog: SecurityLog;
  /** See `noteErasure`. */
  noteErasure: (user: UserId) => Promise<void>;
  /** Clears the accounts in the memory of this instance, after one of them was erased. */
  forget: () => void;
  /** See `findForStranger`. */
  findForStranger: (name: string) => Promise<Caller | undefined>;
  /** Returns the account with this handle if its timeline is public. */
  findPublic: (name: string) => Promise<Caller | undefined>;
  /** See `publicTimelines`. */
  publicTimelines: () => Promise<PublicTimeline[]>;
  /** What the page of the settings shows and changes. */
  settings: AccountSettings;
  /** See `PageSignIn`. */
  pageSignIn: PageSignIn;
}

/** Creates the parts of this folder and binds the use cases to them. */
export function createAccounts({ identity, localIssuer, ...shared }: AccountsOptions): Accounts {
  const deps = {
    ...shared,
    accountMemory: accountMemory(shared),
    sessionUses: sessionUses(shared),
    tokenVerifier: verifierWhenNeeded(shared, trustedIssuers(identity, localIssuer)),
  };
  const local = identity.kind === 'local' && localIssuer !== undefined;
  return {
    routes: [...accountRoutes(deps), ...(local ? localAccountRoutes({ ...deps, localIssuer }) : [])],
    async callerOf(request) {
      const caller = await callerOf(deps, request);
      if (caller) addLogFields({ user: logName(deps.signingKeys, caller.user) });
      return caller;
    },
    accountOfName: async (name) => {
      const subject = parseHandle(name);
      return findOrCreateAccount(deps, { issuer: LOCAL_ISSUER, subject, name: subject });
    },
    async find(name) {
      const found = await findUserByHandle(deps, name);
      const user = found && (await shared.store.user(found.user));
      return user && !isSuspended(user) ? found : undefined;
    },
    securityLog: shared.securityLog,
    noteErasure: (user) => noteErasure(deps, user),
    forget() {
      deps.accountMemory.byIdentity.clear();
      deps.accountMemory.byHandle.clear();
    },
    findForStranger: (name) => findForStranger(deps, name),
    async findPublic(name) {
      const found = await findForStranger(deps, name);
      const user = found && (await shared.store.user(found.user));
      return user && isPublic(user) ? found : undefined;
    },
    publicTimelines: publicTimelines(shared),
    settings: accountSettings(deps),
    pageSignIn: pageSignIn(deps),
  };
}

/** The token library is loaded with the first token, so that the start does not wait for it. */
function verifierWhenNeeded(deps: { clock: Clock }, issuers: TrustedIssuer[]): TokenVerifier {
  const load = once(async () => (await import('./verify-token.ts')).createTokenVerifier(deps, issuers));
  return {
    reads: (place) => issuers.some((issuer) => issuer.place === place),
    verify: async (token, place) => (await load()).verify(token, place),
  };
}
