import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWords } from './encoded-words.ts';

/** One captured mail, as a list of them shows it. */
export interface CapturedMail {
  /** Name of its file in the folder. */
  file: string;
  /** As the mail says it (RFC 5322). */
  date: string;
  from: string;
  to: string;
  subject: string;
  messageId: string;
}

/** The captured mails of a folder, newest first. None when there is no such folder yet. */
export async function listMail(folder: string, limit = 100): Promise<CapturedMail[]> {
  const files = (await filesOf(folder)).filter((file) => MAIL_FILE.test(file)).sort();
  const newest = files.reverse().slice(0, limit);
  return Promise.all(newest.map(async (file) => summarize(file, await readFile(join(folder, file)))));
}

/** One captured mail with all its headers and parts; undefined when there is none of that name. */
export async function readMail(folder: string, file: string): Promise<Buffer | undefined> {
  if (!MAIL_FILE.test(file)) return undefined;
  return (await filesOf(folder)).includes(file) ? readFile(join(folder, file)) : undefined;
}

const MAIL_FILE = /^[0-9A-Za-z-]+\.eml$/;

async function filesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function summarize(file: string, mail: Buffer): CapturedMail {
  const headers = readHeaders(mail.toString('latin1'));
  const header = (name: string) => decodeWords(headers.get(name) ?? '');
  return {
    file,
    date: header('date'),
    from: header('from'),
    to: header('to'),
    subject: header('subject'),
    messageId: header('message-id'),
  };
}

/** Headers by their names in lower case, unfolded (RFC 5322, 2.2.3). */
function readHeaders(mail: string): Map<string, string> {
  const [head = ''] = mail.split('\r\n\r\n', 1);
  const lines = head.replaceAll(/\r\n(?=[ \t])/g, '').split('\r\n');
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
