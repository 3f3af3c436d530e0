import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { randomText } from '../runtime/ids.ts';
import type { Mailer } from './mail.ts';

export interface CaptureDeps {
  /** Created with the first mail. */
  folder: string;
  from: string;
  clock: Clock;
}

/** Keeps each mail as an .eml file (RFC 5322), which every mail program opens, named so that names sort by time. */
export function captureMail({ folder, from, clock }: CaptureDeps): Mailer {
  let transport: ReturnType<typeof openTransport> | undefined;
  return {
    async send(mail) {
      transport ??= openTransport();
      const transporter = await transport;
      const { message } = await transporter.sendMail({ ...mail, from, date: new Date(clock.now()) });
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${fileTime(clock.now())}-${randomText(6)}.eml`);
      await writeWhole(file, message);
    },
  };
}

/** A file has its name only when it is whole: the console may list the folder at any moment. */
async function writeWhole(file: string, bytes: Parameters<typeof writeFile>[1]): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, file);
  } catch (error) {
    // On a full disk each attempt would otherwise leave a piece, and take the room that the next one needs.
    await rm(part, { force: true });
    throw error;
  }
}

async function openTransport() {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** ISO 8601 without the signs that a file name does not take everywhere: `20261121T070000000Z`. */
const fileTime = (ms: number) => new Date(ms).toISOString().replaceAll(/[-:.]/g, '');
