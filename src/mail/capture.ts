import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { randomText } from '../runtime/ids.ts';
import type { Mailer } from './mail.ts';

interface CaptureDeps {
  /** Created at the first mail. */
  folder: string;
  from: string;
  clock: Clock;
}

/** Creates a mailer that stores each mail as an .eml file (RFC 5322), which mail programs open. Names sort by time. */
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

/** Renames a file when it is complete, because the console may list the folder at any time. */
async function writeWhole(file: string, bytes: Parameters<typeof writeFile>[1]): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, file);
  } catch (error) {
    // On a full disk each attempt would leave a partial file, and take the space that the next attempt needs.
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

/** Writes ISO 8601 without characters that some file systems refuse: `20261121T070000000Z`. */
const fileTime = (ms: number) => new Date(ms).toISOString().replaceAll(/[-:.]/g, '');
