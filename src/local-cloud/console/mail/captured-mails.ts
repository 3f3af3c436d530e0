import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address, Email } from 'postal-mime';
import { ConsoleFault, type ConsoleDeps } from '../section.ts';

/** The names of files that the mailer of the app writes: nothing else of the folder is shown. */
const FILE_NAME = /^[\w-]+\.eml$/;

export interface CapturedMail {
  file: string;
  source: Buffer;
  email: Email;
}

/** The names of captured mails, newest first: they begin with the time. */
export async function listMails({ dataDir }: ConsoleDeps): Promise<string[]> {
  const names = await readdir(folderIn(dataDir)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => FILE_NAME.test(name))
    .sort()
    .reverse();
}

/** @throws ConsoleFault 404 when there is no such mail */
export async function readMail({ dataDir }: ConsoleDeps, file: string): Promise<CapturedMail> {
  if (!FILE_NAME.test(file)) throw noSuchMail();
  const [{ default: parser }, source] = await Promise.all([
    import('postal-mime'),
    readFile(join(folderIn(dataDir), file)).catch((cause: unknown) => {
      throw (cause as NodeJS.ErrnoException).code === 'ENOENT' ? noSuchMail() : cause;
    }),
  ]);
  return { file, source, email: await parser.parse(source, { attachmentEncoding: 'arraybuffer' }) };
}

/** Where the app captures mails while it has no mail server (docs/configuration.md). */
const folderIn = (dataDir: string) => join(dataDir, 'mail');

const noSuchMail = () => new ConsoleFault(404, 'There is no such mail.');

/** Mailboxes as a person reads them. */
export const addressWords = (addresses: (Address | undefined)[] = []): string =>
  addresses
    .flatMap((address) => address?.group ?? address ?? [])
    .map(({ name, address }) => (name ? `${name} <${address}>` : (address ?? '')))
    .join(', ');
