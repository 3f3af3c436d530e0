import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { canMakeDisks, smallDisk } from '../local-cloud/whole/small-disk.ts';
import { readCapturedMail } from './captured-mail.ts';

let dataDir: string;
beforeEach(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'mail-'))));
afterEach(() => rm(dataDir, { recursive: true }));

const mail = (subject: string): Mail => ({
  to: 'ana@localhost',
  subject,
  text: 'A text.',
  html: '<p>A page.</p>',
  messageId: '<one@localhost>',
});

test('without an SMTP server mail is kept in files whose names sort by time', async () => {
  const clock = manualClock(Date.UTC(2026, 10, 21, 7));
  const mailer = createMailer({ smtpUrl: undefined, from: 'Photos <photos@localhost>', dataDir }, clock);
  await mailer.send(mail('The first'));
  clock.advance(1000);
  await mailer.send(mail('The second'));

  const [second, first, ...others] = await readCapturedMail(join(dataDir, 'mail'));
  expect(others).toEqual([]);
  expect(second?.headers.get('subject')).toBe('The second');
  expect(Object.fromEntries(first?.headers ?? [])).toMatchObject({
    subject: 'The first',
    date: 'Sat, 21 Nov 2026 07:00:00 +0000',
    from: 'Photos <photos@localhost>',
    to: 'ana@localhost',
    'message-id': '<one@localhost>',
  });
  expect(first?.text).toContain('<p>A page.</p>');
});

test.each([
  'Grüße vom See',
  'Ä'.repeat(90),
  '日本語の長い件名は何行にもなるはずです。'.repeat(6),
  'plain =?but odd?= signs',
  '🌅 at the sea, and a long line of plain words that has to be folded somewhere in the middle of it',
])('the subject %j is kept as it was written', async (subject) => {
  const mailer = createMailer({ smtpUrl: undefined, from: 'p@localhost', dataDir }, manualClock(0));
  await mailer.send(mail(subject));
  const kept = await readCapturedMail(join(dataDir, 'mail'));
  expect(kept.map(({ headers }) => headers.get('subject'))).toEqual([subject]);
});

test.skipIf(!canMakeDisks)(
  'a mail that a full disk does not take leaves no piece, and is kept when there is room (left out where a test may not mount a disk)',
  async () => {
    const disk = await smallDisk();
    const deps = { smtpUrl: undefined, from: 'Photos <photos@localhost>', dataDir: disk.folder };
    const mailer = createMailer(deps, manualClock(Date.UTC(2026, 10, 21, 7)));
    await mailer.send(mail('Before'));
    disk.fill();
    await expect(mailer.send(mail('During'))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(join(disk.folder, 'mail'))).toHaveLength(1);
    disk.makeRoom();
    await mailer.send(mail('During'));
    expect(await readdir(join(disk.folder, 'mail'))).toHaveLength(2);
  },
);
