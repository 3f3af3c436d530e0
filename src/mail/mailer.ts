import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { captureMail } from './capture.ts';
import type { MailConfig } from './mail-config.ts';
import type { Mailer } from './mail.ts';
import { SMTP_TIMEOUTS, smtpMailer, type SmtpTimeouts } from './smtp.ts';

export interface MailerConfig extends Pick<MailConfig, 'smtpUrl' | 'from'> {
  /** Captured mail goes into its folder `mail`. */
  dataDir: string;
}

/** Mail leaves by SMTP where an SMTP server is named; elsewhere it is kept in files. */
export function createMailer(config: MailerConfig, clock: Clock, timeouts: SmtpTimeouts = SMTP_TIMEOUTS): Mailer {
  const { smtpUrl: url, from, dataDir } = config;
  if (url === undefined) return captureMail({ folder: join(dataDir, 'mail'), from, clock });
  return smtpMailer({ url, from, clock, timeouts });
}
