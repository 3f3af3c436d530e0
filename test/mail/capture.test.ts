import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { listMail, readMail } from '../../src/local-cloud/mail/mailbox.ts';
import type { Mail } from '../../src/mail/mail.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { canMakeDisks, smallDisk } from '../local-cloud/whole/small-disk.ts';

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

test('without an SMTP server mail is kept in files, listed newest first', async () => {
  const clock = manualClock(Date.UTC(2026, 10, 21, 7));
  const mailer = createMailer({ smtpUrl: undefined, from: 'Photos <photos@localhost>', dataDir }, clock);
  await mailer.send(mail('The first'));
  clock.advance(1000);
  await mailer.send(mail('The second'));

  const folder = join(dataDir, 'mail');
  const listed = await listMail(folder);
  expect(listed.map(({ subject }) => subject)).toEqual(['The second', 'The first']);
  expect(listed[1]).toMatchObject({
    date: 'Sat, 21 Nov 2026 07:00:00 +0000',
    from: 'Photos <photos@localhost>',
    to: 'ana@localhost',
    messageId: '<one@localhost>',
  });
  expect(String(await readMail(folder, listed[1]?.file ?? ''))).toContain('<p>A page.</p>');
});

test.each([
  'Grüße vom See',
  'Ä'.repeat(90),
  '日本語の長い件名は何行にもなるはずです。'.repeat(6),
  'plain =?but odd?= signs',
  '🌅 at the sea, and a long line of plain words that has to be folded somewhere in the middle of it',
])('the subject %j is listed as it was written', async (subject) => {
  const mailer = createMailer({ smtpUrl: undefined, from: 'p@localhost', dataDir }, manualClock(0));
  await mailer.send(mail(subject));
  expect(await listMail(join(dataDir, 'mail'))).toMatchObject([{ subject }]);
});

test('a folder that is not there holds no mail, and no name leads out of it', async () => {
  expect(await listMail(join(dataDir, 'mail'))).toEqual([]);
  expect(await readMail(dataDir, '../secret.eml')).toBeUndefined();
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
