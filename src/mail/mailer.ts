import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import { captureMail } from './capture.ts';
import type { MailConfig } from './mail-config.ts';
import type { Mailer } from './mail.ts';
import { SMTP_TIMEOUTS, smtpMailer, type SmtpTimeouts } from './smtp.ts';

interface MailerConfig extends Pick<MailConfig, 'smtpUrl' | 'from'> {
  /** Mail that is not sent is stored in its folder `mail`. */
  dataDir: string;
}

/** Creates the mailer: by SMTP if SMTP_URL is set, else into files. */
export function createMailer(config: MailerConfig, clock: Clock, timeouts: SmtpTimeouts = SMTP_TIMEOUTS): Mailer {
  const { smtpUrl: url, from, dataDir } = config;
  if (url === undefined) return captureMail({ folder: join(dataDir, 'mail'), from, clock });
  return smtpMailer({ url, from, clock, timeouts });
}
