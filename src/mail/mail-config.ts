import type { EnvironmentReader } from '../runtime/environment-reader.ts';

export interface MailConfig {
  /** The SMTP server, with credentials: a secret. Undefined: mail is stored in files. */
  readonly smtpUrl: string | undefined;
  /** The sender, as in `Photo Timeline <photos@example.org>`. */
  readonly from: string;
  /** The start of the links in mails, without a slash at the end. */
  readonly publicUrl: string;
}

interface MailSurroundings {
  profile: 'local' | 'google';
  /** The port of the service, for the links unless PUBLIC_URL is set. */
  port: number;
}

/** Reads SMTP_URL, MAIL_FROM and PUBLIC_URL. In the google profile SMTP_URL needs the other two. */
export function readMailConfig(source: EnvironmentReader, { profile, port }: MailSurroundings): MailConfig {
  const smtpUrl = readSmtpUrl(source);
  const needed = profile === 'google' && smtpUrl !== undefined;
  for (const name of needed ? ['MAIL_FROM', 'PUBLIC_URL'] : []) {
    if (source.text(name) === undefined) source.fault(name, 'must be set where SMTP_URL is');
  }
  const from = source.text('MAIL_FROM') ?? 'Photo Timeline <photos@localhost>';
  if (!SENDER.test(from)) source.fault('MAIL_FROM', 'must be an address, or a name and <an address>');
  return { smtpUrl, from, publicUrl: readPublicUrl(source) ?? `http://localhost:${port}` };
}

/** Reads PUBLIC_URL: the address at which clients reach the service, without a slash at the end. */
export function readPublicUrl(source: EnvironmentReader): string | undefined {
  const text = source.text('PUBLIC_URL');
  if (text === undefined) return undefined;
  // A header carries it, and App Engine drops a header with other bytes than printable ASCII.
  if (!isUrl(text, WEB) || !/^[\x21-\x7e]+$/.test(text)) {
    source.fault('PUBLIC_URL', 'must be an http:// or https:// URL');
  }
  return text.replace(/\/+$/, '');
}

const SENDER = /^([^\s<>@]+@[^\s<>@]+|[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>)$/;
const WEB = ['http:', 'https:'];
const SMTP = ['smtp:', 'smtps:'];

function readSmtpUrl(source: EnvironmentReader): string | undefined {
  const text = source.text('SMTP_URL');
  if (text !== undefined && !isUrl(text, SMTP)) source.fault('SMTP_URL', 'must be an smtp:// or smtps:// URL');
  return text;
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocols.includes(protocol) && hostname !== '';
}
