import { z } from 'zod';
import { AppError } from '../../../runtime/errors.ts';
import { defineRoute, type Route } from '../../../http/route.ts';
import type { Library } from '../../../data/commit/group-commit.ts';
import type { SigningKeys } from '../../../signing/keys.ts';
import { readUnsubscribeToken, type Subscription, type UnsubscribePass } from '../../../signing/unsubscribe-token.ts';
import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';

interface UnsubscribeDeps {
  library: Library;
  signingKeys: SigningKeys;
}

const query = z.object({ token: z.string().max(200) });

/** Routes of the links in mails. The token in the link is enough: a reader need not be signed in. */
export const unsubscribeRoutes = (deps: UnsubscribeDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/unsubscribe',
    summary: 'Asks for a confirmation to end a subscription.',
    access: 'public',
    documented: false,
    query,
    replies: { 200: 'text/html' },
    errors: ['not-found'],
    handle: ({ query }) => ({ status: 200, html: renderUnsubscribe(passOf(deps, query.token).subscription) }),
  }),
  defineRoute({
    method: 'post',
    path: '/unsubscribe',
    summary: 'Ends a subscription: for the form of that page, and for mail programs (RFC 8058).',
    access: 'public',
    documented: false,
    query,
    replies: { 200: 'text/html' },
    errors: ['not-found'],
    async handle({ query }) {
      const pass = passOf(deps, query.token);
      await unsubscribe(deps, pass);
      return { status: 200, html: renderUnsubscribed(pass.subscription) };
    },
  }),
];

function passOf({ signingKeys }: UnsubscribeDeps, token: string): UnsubscribePass {
  const pass = readUnsubscribeToken(signingKeys, token);
  if (!pass) throw new AppError('not-found', 'This link is incomplete. Open it from the mail again.');
  return pass;
}

function unsubscribe({ library }: UnsubscribeDeps, { user, subscription }: UnsubscribePass): Promise<unknown> {
  return library.commit(user, async (change) => {
    const { mail } = await change.account.read();
    if (mail[subscription]) await change.account.edit({ mail: { ...mail, [subscription]: false } });
  });
}

const NAMES: Record<Subscription, string> = {
  summary: 'summaries of your days and weeks',
  posts: 'mails about new posts',
};

/** Asks before the change, because programs that check mails open every link. */
function renderUnsubscribe(subscription: Subscription): string {
  return renderPage({
    title: 'Unsubscribe',
    main: html`<div class="narrow">
      <h1>Unsubscribe</h1>
      <form method="post">
        <p>You get ${NAMES[subscription]}.</p>
        <button>Unsubscribe</button>
      </form>
    </div>`,
  });
}

function renderUnsubscribed(subscription: Subscription): string {
  return renderPage({
    title: 'Unsubscribed',
    main: html`<div class="narrow">
      <h1>Done</h1>
      <p>You will get no more ${NAMES[subscription]}.</p>
      <p><a href="/">To your photos</a></p>
    </div>`,
  });
}
