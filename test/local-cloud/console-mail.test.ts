import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { captureMail } from '../../src/mail/capture.ts';
import { linksIn, openConsole, unescaped } from './console-client.ts';
import { startForFile } from './whole/in-thread.ts';

const cloud = await startForFile({ console: { port: 0 } });
const browser = await openConsole(cloud);
const clock = manualClock(Date.UTC(2026, 10, 30, 7));
const dataDir = dirname(cloud.endpoints.keyFile);
const mailer = captureMail({ folder: join(dataDir, 'mail'), from: 'Photo Timeline <photos@localhost>', clock });

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const HTML = `<html><head><meta name="color-scheme" content="light dark">
<style>p { color: black } @media (prefers-color-scheme: dark) { p { color: white } }</style></head>
<body><p>Grüße</p><script>alert(1)</script><img src="cid:pixel@mail" alt=""><a href="https://photos.example/">Open</a></body></html>`;

test('mails are listed newest first, and shown in both colour schemes, as text, as headers and as source', async () => {
  expect(await browser.page('/mail')).toContain('No mail has been captured.');
  await mailer.send({
    to: 'ana@example.org',
    messageId: '<1@x>',
    subject: 'First',
    text: 'Hello',
    html: '<p>Hello</p>',
  });
  clock.advance(1000);
  await mailer.send({
    to: 'ana@example.org',
    messageId: '<2@x>',
    subject: 'Grüße <b>&</b>',
    text: 'Grüße <b>',
    html: HTML,
    attachments: [{ filename: 'pixel.gif', content: PIXEL, contentType: 'image/gif', cid: 'pixel@mail' }],
  });
  const list = await browser.page('/mail');
  expect(list).not.toContain('<b>&');
  const [newest = '', oldest = ''] = linksIn(list).filter((link) => link.startsWith('/mail/message'));
  expect(unescaped(await browser.page(oldest))).toContain('<h1>First</h1>');
  const page = await browser.page(newest);
  expect(unescaped(page)).toContain('<h1>Grüße <b>&</b></h1>');
  expect(page.match(/sandbox="allow-popups allow-popups-to-escape-sandbox"/g)).toHaveLength(2);

  const sources = Array.from(page.matchAll(/<iframe[^>]* src="([^"]+)"/g), ([, src = '']) => unescaped(src));
  const [light, dark] = await Promise.all(sources.map((source) => browser.get(source)));
  const policy = light?.headers.get('Content-Security-Policy');
  expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; img-src data:; /);
  expect(policy).toContain("frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox");
  const [inLight, inDark] = [(await light?.text()) ?? '', (await dark?.text()) ?? ''];
  expect(inLight).toContain('@media (max-width: 0)');
  expect(inLight).toContain(':root { color-scheme: only light !important }');
  expect(inDark).toContain('@media (min-width: 0)');
  expect(inDark).toContain(':root { color-scheme: only dark !important }');
  expect(inDark).toContain(`<img src="data:image/gif;base64,${PIXEL.toString('base64')}"`);

  expect(unescaped(await browser.page(`${newest}&view=text`))).toContain('\nGrüße <b>');
  expect(await browser.page(`${newest}&view=headers`)).toMatch(/Message-ID<\/th>\s*<td[^>]*>&#60;2@x&#62;/);
  expect(await browser.page(`${newest}&view=source`)).toContain('Content-Transfer-Encoding: base64');
  const attachment = await browser.get(linksIn(page).find((link) => link.startsWith('/mail/attachment')) ?? '');
  expect(attachment.headers.get('Content-Disposition')).toBe('attachment; filename="pixel.gif"');
  expect(Buffer.from(await attachment.arrayBuffer())).toEqual(PIXEL);
});

test('only captured mails are read from the folder', async () => {
  const replies = await Promise.all(
    ['../service-account.json', 'missing.eml', '..%2Fmail%2Fx.eml', ''].map((file) =>
      browser.get(`/mail/message?file=${file}`),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});
