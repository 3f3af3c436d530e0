import type { EnvironmentReader } from '../runtime/environment-reader.ts';

export interface MailConfig {
  /** The SMTP server, with credentials: a secret. Undefined: mail is stored in files. */
  readonly smtpUrl: string | undefined;
  /** The sender, as in `Photo Timeline <photos@example.org>`. */
  readonly from: string;
  /** The start of the links in mails, without a slash at the end. */
  readonly publicUrl: string;
}

export interface MailSurroundings {
  profile: 'local' | 'google';
  /** The port of the service, for the links unless PUBLIC_URL is set. */
  port: number;
}

/** Reads SMTP_URL, MAIL_FROM and PUBLIC_URL. In the google profile SMTP_URL needs the other two. */
export function readMailConfig(source: EnvironmentReader, { profile, port }: MailSurroundings): MailConfig {
  const smtpUrl = readSmtpUrl(source);
  const needed = profile === 'google' && smtpUrl !== undefined;
  const readOr = (name: string, fallback: string) => {
    const text = source.text(name);
    if (text === undefined && needed) source.fault(name, 'must be set where SMTP_URL is');
    return text ?? fallback;
  };
  const from = readOr('MAIL_FROM', 'Photo Timeline <photos@localhost>');
  if (!SENDER.test(from)) source.fault('MAIL_FROM', 'must be an address, or a name and <an address>');
  const publicUrl = readOr('PUBLIC_URL', `http://localhost:${port}`);
  if (!isUrl(publicUrl, WEB)) source.fault('PUBLIC_URL', 'must be an http:// or https:// URL');
  return { smtpUrl, from, publicUrl: publicUrl.replace(/\/+$/, '') };
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
