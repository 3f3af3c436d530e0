import type { Subscription } from '../../signing/unsubscribe-token.ts';
import { html } from '../../runtime/html.ts';
import { renderPage } from './layout.ts';

const NAMES: Record<Subscription, string> = {
  summary: 'summaries of your days and weeks',
  posts: 'mails about new posts',
};

/** Asks before anything is changed: programs that look at links in mails follow them all. */
export function renderUnsubscribe(subscription: Subscription): string {
  return renderPage({
    title: 'Unsubscribe',
    main: html`<div class="narrow">
      <h1>Unsubscribe</h1>
      <form method="post">
        <p>You get ${NAMES[subscription]}.</p>
        <button>Send me no more of them</button>
      </form>
    </div>`,
  });
}

export function renderUnsubscribed(subscription: Subscription): string {
  return renderPage({
    title: 'Unsubscribed',
    main: html`<div class="narrow">
      <h1>Done</h1>
      <p>You get no more ${NAMES[subscription]}.</p>
      <p><a href="/">To your photos</a></p>
    </div>`,
  });
}
