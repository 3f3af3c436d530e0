import { html, type Content } from '../../../runtime/html.ts';
import { linkTo, type Asked, type ConsoleDeps, type Page } from '../section.ts';
import { timeOf } from '../words.ts';
import { addressWords, listMails, readMail, type CapturedMail } from './captured-mails.ts';

const PAGE_SIZE = 50;

/** The captured mails, newest first, page by page. */
export async function mailList(deps: ConsoleDeps, { query }: Asked): Promise<Page> {
  const all = await listMails(deps);
  const before = query.get('before');
  const rest = before === null ? all : all.filter((file) => file < before);
  const shown = rest.slice(0, PAGE_SIZE);
  const mails = await Promise.all(shown.map((file) => readMail(deps, file)));
  const next = rest.length > PAGE_SIZE ? shown.at(-1) : undefined;
  return {
    title: 'Mail',
    main: html`<h1>Mail</h1>
      <div id="mails" data-live="requests">
        ${
          all.length === 0
            ? html`<p class="empty">
                No mail has been captured. The app writes mails to the folder mail of its data while it has no SMTP_URL.
              </p>`
            : mailTable(mails)
        }
      </div>
      ${
        (before !== null || next !== undefined) &&
        html`<nav class="pages" aria-label="Pages">
          ${before !== null && html`<a class="button" href="/mail">Newest</a>`}
          ${next !== undefined && html`<a class="button" href="${linkTo('/mail', { before: next })}">Older</a>`}
        </nav>`
      }`,
  };
}

const mailTable = (mails: CapturedMail[]) =>
  html`<div class="table" role="region" aria-label="Captured mails" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Subject</th>
          <th scope="col">To</th>
          <th scope="col">Sent</th>
        </tr>
      </thead>
      <tbody>
        ${mails.map(
          ({ file, email }) =>
            html`<tr>
              <th scope="row"><a href="${linkTo('/mail/message', { file })}">${email.subject || '(no subject)'}</a></th>
              <td>${addressWords(email.to)}</td>
              <td class="once">${sentAt(email.date)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** A date that does not parse is shown as the mail has it. */
export function sentAt(date: string | undefined): Content {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? date : timeOf(ms);
}
