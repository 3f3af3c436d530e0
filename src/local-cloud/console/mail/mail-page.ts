import type { Attachment, Header } from 'postal-mime';
import { html, type Content } from '../../../runtime/html.ts';
import { facts } from '../facts.ts';
import { ConsoleFault, linkTo, type Asked, type ConsoleDeps, type File, type Page } from '../section.ts';
import { bytesInWords, cut } from '../words.ts';
import { addressWords, readMail, type CapturedMail } from './captured-mails.ts';
import { asShown, MAIL_POLICY, type Scheme } from './mail-html.ts';
import { sentAt } from './mail-list.ts';

/** Characters of a text or a source that a page shows. */
const LONGEST_SHOWN = 100_000;

const VIEWS: Record<string, { title: string; show(mail: CapturedMail): Content }> = {
  html: { title: 'As it looks', show: htmlView },
  text: { title: 'Text', show: ({ email }) => preformatted(email.text ?? '') },
  headers: { title: 'Headers', show: ({ email }) => headerTable(email.headers) },
  source: { title: 'Source', show: ({ source }) => preformatted(source.toString('utf8')) },
};

/** One mail: as it looks in both colour schemes, its text, its headers and its source. */
export async function mailPage(deps: ConsoleDeps, { query }: Asked): Promise<Page> {
  const mail = await readMail(deps, query.get('file') ?? '');
  const { file, email } = mail;
  const usual = email.html === undefined ? 'text' : 'html';
  const asked = query.get('view') ?? usual;
  const [name, view] = Object.hasOwn(VIEWS, asked) ? [asked, VIEWS[asked]!] : [usual, VIEWS[usual]!];
  return {
    title: email.subject || 'Mail',
    main: html`<nav aria-label="Path">
        <ol class="trail">
          <li><a href="/mail">Mail</a></li>
          <li>${file}</li>
        </ol>
      </nav>
      <h1>${email.subject || '(no subject)'}</h1>
      ${facts({
        From: addressWords([email.from]),
        To: addressWords(email.to),
        Sent: sentAt(email.date),
        Size: bytesInWords(mail.source.length),
      })}
      <nav class="tabs" aria-label="Views of this mail">
        ${Object.entries(VIEWS).map(
          ([key, { title }]) =>
            html`<a href="${linkTo('/mail/message', { file, view: key })}" ${key === name && html`aria-current="page"`}
              >${title}</a
            > `,
        )}
      </nav>
      ${view.show(mail)} ${attachmentList(mail)}`,
  };
}

function htmlView({ file, email }: CapturedMail): Content {
  if (email.html === undefined) return html`<p class="empty">This mail has no HTML part.</p>`;
  return html`<div class="schemes">
    ${(['light', 'dark'] as const).map((scheme) => {
      const source = linkTo('/mail/html', { file, scheme });
      return html`<section>
        <h2>In the ${scheme} colour scheme</h2>
        <iframe
          class="${scheme}"
          src="${source}"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          title="The mail in the ${scheme} colour scheme"
        ></iframe>
      </section>`;
    })}
  </div>`;
}

const preformatted = (text: string) =>
  html`<pre class="code" tabindex="0">${`\n${cut(text, LONGEST_SHOWN)}`}</pre>
    ${text.length > LONGEST_SHOWN && html`<p class="soft">The first ${bytesInWords(LONGEST_SHOWN)} are shown.</p>`}`;

const headerTable = (headers: Header[]) =>
  html`<div class="table" role="region" aria-label="Headers" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Header</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        ${headers.map(
          ({ originalKey, value }) =>
            html`<tr>
              <th scope="row">${originalKey}</th>
              <td class="mono header">${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

function attachmentList({ file, email }: CapturedMail): Content {
  if (email.attachments.length === 0) return undefined;
  return html`<h2>Attachments</h2>
    <ul class="plain">
      ${email.attachments.map(
        (attachment, at) =>
          html`<li>
            <a href="${linkTo('/mail/attachment', { file, at })}">${attachment.filename ?? 'without a name'}</a>
            <span class="soft"
              >${attachment.mimeType},
              ${bytesInWords(bytesOf(attachment).length)}${attachment.related && ', shown in the mail'}</span
            >
          </li>`,
      )}
    </ul>`;
}

const bytesOf = ({ content }: Attachment): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array);

/** The HTML part as a document of its own, for the frames of the page. No script of it runs, and it reads nothing. */
export async function mailDocument(deps: ConsoleDeps, { query }: Asked): Promise<File> {
  const { email } = await readMail(deps, query.get('file') ?? '');
  if (email.html === undefined) throw new ConsoleFault(404, 'This mail has no HTML part.');
  const scheme: Scheme = query.get('scheme') === 'dark' ? 'dark' : 'light';
  const pictures = email.attachments.map((attachment) => ({
    id: attachment.contentId?.replace(/^<|>$/g, ''),
    type: attachment.mimeType,
    bytes: bytesOf(attachment),
  }));
  return {
    type: 'text/html; charset=utf-8',
    bytes: Buffer.from(asShown(email.html, scheme, pictures)),
    headers: { 'Content-Security-Policy': MAIL_POLICY, 'X-Frame-Options': 'SAMEORIGIN' },
  };
}

/** An attached file, always as a download. */
export async function mailAttachment(deps: ConsoleDeps, { query }: Asked): Promise<File> {
  const { email } = await readMail(deps, query.get('file') ?? '');
  const attachment = email.attachments[Number(query.get('at'))];
  if (!attachment) throw new ConsoleFault(404, 'The mail has no such attachment.');
  const name = (attachment.filename ?? 'attachment').replaceAll(/[^\w.-]/g, '_');
  const headers = { 'Content-Disposition': `attachment; filename="${name}"` };
  return { type: 'application/octet-stream', bytes: bytesOf(attachment), headers };
}
