import type { Section } from '../section.ts';
import { mailList } from './mail-list.ts';
import { mailAttachment, mailDocument, mailPage } from './mail-page.ts';

export const mailSection: Section = {
  path: '/mail',
  title: 'Mail',
  summary: 'Mails that the app has sent while it has no mail server, in both colour schemes, with their source.',
  routes: [
    { method: 'GET', path: '/mail', handle: mailList },
    { method: 'GET', path: '/mail/message', handle: mailPage },
    { method: 'GET', path: '/mail/html', handle: mailDocument },
    { method: 'GET', path: '/mail/attachment', handle: mailAttachment },
  ],
};
