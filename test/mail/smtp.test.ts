import { expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { MailRefused, type Mail } from '../../src/mail/mail.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { smtpSink, type Manners } from './smtp-sink.ts';
import { freePort } from '../../deploy/free-port.ts';

const QUICK = { connect: 250, greeting: 250, silence: 250, whole: 2000 };
const MAIL: Mail = {
  to: 'ana@example.org',
  subject: 'Grüße vom See',
  text: 'A text.\n.\nAfter a lonely dot.',
  html: '<p>A page.</p>',
  messageId: '<one@photos.example>',
  headers: { 'Auto-Submitted': 'auto-generated' },
};

const mailerFor = (smtpUrl: string, timeouts = QUICK) =>
  createMailer(
    { smtpUrl, from: 'Photos <photos@example.org>', dataDir: 'unused' },
    manualClock(Date.UTC(2026, 10, 21)),
    timeouts,
  );

test('a mail arrives with sender, recipient, both parts and the Message-ID that it was given', async () => {
  await using sink = await smtpSink();
  await mailerFor(sink.url).send(MAIL);
  expect(sink.received).toHaveLength(1);
  const [{ from, to, data } = { from: '', to: '', data: '' }] = sink.received;
  expect({ from, to }).toEqual({ from: 'photos@example.org', to: 'ana@example.org' });
  expect(data).toContain('Message-ID: <one@photos.example>');
  expect(data).toContain('Date: Sat, 21 Nov 2026 00:00:00 +0000');
  expect(data).toContain('Auto-Submitted: auto-generated');
  expect(data).toContain('After a lonely dot.');
  expect(data).toContain('<p>A page.</p>');
});

test.each<[string, Manners]>([
  ['the recipient', { answers: { 'RCPT TO': '550 5.1.1 no such mailbox' } }],
  ['the sender', { answers: { 'MAIL FROM': '553 5.1.8 not you' } }],
  ['the text', { answers: { TEXT: '554 5.6.0 not that' } }],
])('a server that refuses %s for good is not to be asked again', async (_what, manners) => {
  await using sink = await smtpSink(manners);
  await expect(mailerFor(sink.url).send(MAIL)).rejects.toThrow(MailRefused);
});

test.each<[string, Manners]>([
  ['puts the recipient off', { answers: { 'RCPT TO': '451 4.7.1 come back later' } }],
  ['is too busy', { answers: { CONNECT: '421 4.3.2 not now' } }],
  ['never greets', { silentAt: 'CONNECT' }],
  ['falls silent after the greeting', { silentAt: 'EHLO' }],
  ['falls silent once it has the text', { silentAt: 'TEXT' }],
  ['cuts the connection at once', { cutsAt: 'CONNECT' }],
  ['cuts the connection before it answers to the text', { cutsAt: 'TEXT' }],
])('a server that %s may be tried again', async (_what, manners) => {
  await using sink = await smtpSink(manners);
  const failure = await mailerFor(sink.url)
    .send(MAIL)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(failure).not.toBeInstanceOf(MailRefused);
});

test('a server that sends without end is cut off when the time for a mail is over', async () => {
  await using sink = await smtpSink({ endlessAt: 'EHLO' });
  await expect(mailerFor(sink.url, { ...QUICK, whole: 200 }).send(MAIL)).rejects.toMatchObject({ code: 'EABORT' });
});

test('a closed port of the mail server may be tried again', async () => {
  await expect(mailerFor(`smtp://127.0.0.1:${await freePort()}`).send(MAIL)).rejects.toMatchObject({ code: 'ESOCKET' });
});

test('a password leaves the machine only by TLS', async () => {
  const WANTS_LOGIN = { EHLO: '250-sink\r\n250 AUTH PLAIN', AUTH: '235 welcome' };
  await using near = await smtpSink({ answers: WANTS_LOGIN });
  await mailerFor(near.url.replace('//', '//ana:sesame@')).send(MAIL);
  expect(near.commands).toContain('AUTH');

  // An address that the program cannot know to be on the same machine.
  await using far = await smtpSink({ answers: WANTS_LOGIN, host: '127.0.0.2' });
  await expect(mailerFor(far.url.replace('//', '//ana:sesame@')).send(MAIL)).rejects.toMatchObject({ code: 'ETLS' });
  expect(far.commands).not.toContain('AUTH');
});
