import type { Request } from 'express';
import { z } from 'zod';
import { wantsPage } from '../../http/replies/send-problem.ts';
import { defineRoute, type Caller, type Reply, type Route } from '../../http/route.ts';
import { AppError } from '../../runtime/errors.ts';
import { ownPath } from '../accounts/own-path.ts';
import { SignInFault } from '../sign-in/sign-in-fault.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { renderSignIn, type SignInWays } from './pages/sign-in-page.ts';
import { tellFault } from './parts/sign-in-faults.ts';

export interface SignInPageDeps extends Omit<SignInWays, 'providers'> {
  signIns: SignIns;
}

const SignInQuery = z.looseObject({
  returnTo: z.string().optional().catch(undefined),
  with: z.string().optional().catch(undefined),
});

/** Routes of the page to sign in, and of the way to an issuer and back. */
export const signInRoutes = (deps: SignInPageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/sign-in',
    summary:
      'The ways to sign in. `with` names an issuer, to which the browser is sent. A sign-in leads to `returnTo`.',
    access: 'optional',
    scope: 'read',
    documented: false,
    query: SignInQuery,
    replies: { 200: 'text/html', 302: null },
    async handle({ caller, query, request }) {
      const returnTo = ownPath(query.returnTo);
      const { with: issuer } = query;
      if (issuer === undefined) return { status: 200, html: await signInPage(deps, { returnTo, caller }) };
      try {
        return onward(302, await deps.signIns.begin(request, { issuer, returnTo, caller }));
      } catch (error) {
        return await faultPage(deps, request, error, { returnTo, caller, name: nameOf(deps, issuer) });
      }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/sign-in/callback',
    summary: 'Where an issuer sends the browser back. Signs the page in, and leads to where the person was.',
    access: 'optional',
    scope: 'person',
    documented: false,
    replies: { 200: 'text/html', 303: null },
    async handle({ caller, request }) {
      try {
        return onward(303, await deps.signIns.finish(request, caller));
      } catch (error) {
        return await faultPage(deps, request, error, { ...deps.signIns.wanted(request), caller });
      }
    },
  }),
];

/** A browser may keep no part of the way: an address with a code is good once. */
const onward = (status: number, { location, cookies }: Awaited<ReturnType<SignIns['begin']>>): Reply => ({
  status,
  headers: { Location: location, 'Set-Cookie': cookies, 'Cache-Control': 'no-store' },
});

interface Surroundings {
  returnTo: string;
  caller: Caller | undefined;
  /** The name of the issuer. */
  name?: string | undefined;
  fault?: string;
}

async function signInPage(deps: SignInPageDeps, { returnTo, caller, fault }: Surroundings): Promise<string> {
  const { localSignIn, registrationOpen, pairs } = deps;
  const providers = await deps.signIns.offered();
  return renderSignIn({ localSignIn, registrationOpen, pairs, providers, returnTo, fault, signedIn: caller?.handle });
}

/** Tells the person on the page to sign in, so that the next attempt is a click away. */
async function faultPage(deps: SignInPageDeps, request: Request, error: unknown, at: Surroundings): Promise<Reply> {
  if (!(error instanceof SignInFault)) throw error;
  if (!wantsPage(request)) throw new AppError('sign-in-failed', error.message, { cause: error });
  const { status, fault } = tellFault(error, at.name);
  return { status, html: await signInPage(deps, { ...at, fault }) };
}

const nameOf = ({ signIns }: SignInPageDeps, issuer: string) =>
  signIns.providers.find((provider) => provider.issuer === issuer)?.name;
