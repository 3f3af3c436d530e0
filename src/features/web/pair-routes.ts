import { z } from 'zod';
import { readPlainForm } from '../../http/forms/plain-form.ts';
import { wantsPage } from '../../http/replies/send-problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { FIELD_WORDS, WORDS_FOR_PEOPLE } from '../../runtime/error-words.ts';
import { AppError } from '../../runtime/errors.ts';
import { Handle } from '../accounts/handle.ts';
import type { PageSignIn } from '../accounts/page-sign-in.ts';
import { refuseForeignPage } from '../accounts/request-origin.ts';
import { usePairingCode, type PairingDeps } from '../pairing/pairing-codes.ts';
import { renderPair } from './pages/pair-page.ts';

interface PairRouteDeps extends PairingDeps {
  https: boolean;
  pageSignIn: PageSignIn;
}

const PairQuery = z.looseObject({ code: z.string().optional().catch(undefined) });

const MAX_FORM_BYTES = 4096;

/** Routes that pair a browser by a code, for a home server without an issuer. */
export const pairRoutes = (deps: PairRouteDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/pair',
    summary: 'The form that pairs a browser. The code may stand in the link: only the form uses it up.',
    access: 'public',
    documented: false,
    query: PairQuery,
    replies: { 200: 'text/html' },
    handle: ({ query: { code = '' } }) => ({ status: 200, html: renderPair({ code, name: '' }) }),
  }),
  defineRoute({
    method: 'post',
    path: '/pair',
    summary: 'Uses up a code, and signs the page in to the account of a name. A new name begins an account.',
    access: 'public',
    documented: false,
    replies: { 303: null, 400: 'text/html', 403: 'text/html' },
    async handle({ request }) {
      refuseForeignPage(request, deps.https);
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const [code, name] = [fields.get('code') ?? '', fields.get('name') ?? ''];
      const handle = Handle.safeParse(name.trim().toLowerCase().replaceAll(/\s+/g, '-'));
      const refused = (status: number, fault = '') => ({ status, html: renderPair({ code, name, fault }) });
      // The name comes first: a wrong one must not use the code up.
      if (!handle.success) return refused(400, FIELD_WORDS['/name']);
      if (!(await usePairingCode(deps, code))) {
        if (wantsPage(request)) return refused(403, WORDS_FOR_PEOPLE['pairing-refused']);
        throw new AppError(
          'pairing-refused',
          'The code was used, is too old or wrong. npm run pair makes another one.',
        );
      }
      const cookie = await deps.pageSignIn.signInByName(request, handle.data);
      return { status: 303, headers: { 'Set-Cookie': cookie, Location: '/' } };
    },
  }),
];
