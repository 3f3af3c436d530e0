import type { Request } from 'express';
import type { Caller } from '../../http/route.ts';
import { ownPath } from '../accounts/own-path.ts';
import type { IdentityConfig } from '../accounts/identity-config.ts';
import type { PageSignIn } from '../accounts/page-sign-in.ts';
import { attemptOf, beginAttempt, endedAttempt, type Attempt, type AttemptDeps } from './attempt.ts';
import { CodeFlow } from './code-flow.ts';
import { providersIn, type Provider } from './providers.ts';
import { SignInFault } from './sign-in-fault.ts';

interface SignInsDeps extends AttemptDeps {
  identity: IdentityConfig;
  /** PUBLIC_URL, or empty text: then the host of the request counts. */
  linkBase: string;
  pageSignIn: PageSignIn;
}

/** Where the browser goes next, with the `Set-Cookie` headers of the reply. */
interface Onward {
  location: string;
  cookies: string[];
}

/** The use cases of sign-in at an issuer, for pages. */
export interface SignIns {
  /** The issuers of the configuration at which a sign-in may begin. */
  providers: readonly Pick<Provider, 'issuer' | 'name'>[];
  /** Those of them that a person can choose from: an issuer that says it has no authorization endpoint is left out. */
  offered(): Promise<readonly Pick<Provider, 'issuer' | 'name'>[]>;
  /**
   * Begins a sign-in at an issuer.
   * @throws SignInFault busy, refused; stale if there is no such issuer
   */
  begin(request: Request, wanted: { issuer: string; returnTo: string; caller?: Caller | undefined }): Promise<Onward>;
  /**
   * Begins to link a second identity to the account of the caller.
   * @throws SignInFault; AppError fresh-sign-in-required
   */
  beginLink(request: Request, caller: Caller, issuer: string): Promise<Onward>;
  /**
   * Finishes what the browser has begun.
   * @throws SignInFault; AppError like `PageSignIn`
   */
  finish(request: Request, caller: Caller | undefined): Promise<Onward>;
  /** Returns where the person wanted to be, and at which issuer, for a page about a fault. */
  wanted(request: Request): { returnTo: string; name: string | undefined };
}

/** Age up to which a sign-in at the issuer counts as fresh, for a person who signs in again. */
const FRESH_SECONDS = 15 * 60;

/** Creates the use cases of sign-in, with the issuers of the configuration. */
export function createSignIns(deps: SignInsDeps): SignIns {
  const providers = providersIn(deps.identity);
  const flow = new CodeFlow(deps);
  const begin = async (request: Request, wanted: Pick<Attempt, 'issuer' | 'returnTo' | 'linkTo'>, again: boolean) => {
    const provider = providerOf(providers, wanted.issuer);
    const { cookie, secrets } = beginAttempt(deps, wanted);
    const redirectUri = redirectUriOf(deps, request);
    const location = await flow.begin(provider, secrets, {
      redirectUri,
      maxAgeSeconds: again ? FRESH_SECONDS : undefined,
    });
    return { location: location.href, cookies: [cookie] };
  };
  return {
    providers,
    async offered() {
      const can = await Promise.all(providers.map((provider) => flow.canBegin(provider)));
      return providers.filter((_, at) => can[at]);
    },
    begin: (request, { issuer, returnTo, caller }) =>
      begin(request, { issuer, returnTo: ownPath(returnTo) }, caller !== undefined),
    async beginLink(request, caller, issuer) {
      deps.pageSignIn.requireFresh(caller);
      return begin(request, { issuer, returnTo: '/settings?notice=linked', linkTo: caller.user }, false);
    },
    async finish(request, caller) {
      const begun = attemptOf(deps, request);
      if (!begun) throw new SignInFault('stale', 'The browser has begun no sign-in, or too long ago.');
      const { attempt, secrets } = begun;
      const callback = new URL(request.originalUrl.replace(/^[^?]*/, redirectUriOf(deps, request)));
      // Another tab may have begun a later attempt, or another site has sent the browser here.
      if (callback.searchParams.get('state') !== secrets.state) throw new SignInFault('stale', 'The state differs.');
      const reply = await flow.finish(providerOf(providers, attempt.issuer), secrets, callback);
      const ended = endedAttempt(deps);
      if (attempt.linkTo === undefined) {
        return { location: attempt.returnTo, cookies: [await deps.pageSignIn.signIn(request, reply), ended] };
      }
      if (caller?.user !== attempt.linkTo) throw new SignInFault('stale', 'Another person has signed in meanwhile.');
      await deps.pageSignIn.link(caller, reply);
      return { location: attempt.returnTo, cookies: [ended] };
    },
    wanted(request) {
      const attempt = attemptOf(deps, request)?.attempt;
      const name = providers.find(({ issuer }) => issuer === attempt?.issuer)?.name;
      return { returnTo: attempt && attempt.linkTo === undefined ? attempt.returnTo : '/', name };
    },
  };
}

function providerOf(providers: readonly Provider[], issuer: string): Provider {
  const provider = providers.find((provider) => provider.issuer === issuer);
  if (provider) return provider;
  throw new SignInFault('stale', 'No sign-in is configured at this issuer.');
}

/** The redirect URI that the issuer knows: it compares it letter by letter. */
const redirectUriOf = ({ linkBase, https }: SignInsDeps, request: Request) =>
  `${linkBase || `${https ? 'https' : 'http'}://${request.headers.host}`}/sign-in/callback`;
