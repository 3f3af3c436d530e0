import type { NodemailerError } from 'nodemailer';
import type { Clock } from '../runtime/clock.ts';
import { MailRefused, type Mailer } from './mail.ts';

/** Timeouts in milliseconds. */
export interface SmtpTimeouts {
  connect: number;
  greeting: number;
  /** Between two replies of the server. */
  silence: number;
  /** For the whole mail: a server that keeps replying must not block a task for hours. */
  whole: number;
}

export const SMTP_TIMEOUTS: SmtpTimeouts = { connect: 10_000, greeting: 10_000, silence: 30_000, whole: 60_000 };

interface SmtpDeps {
  /** `smtp://` or `smtps://`, with credentials. */
  url: string;
  from: string;
  clock: Clock;
  timeouts: SmtpTimeouts;
}

/** Creates a mailer that sends each mail over its own SMTP connection. */
export function smtpMailer({ url, from, clock, timeouts }: SmtpDeps): Mailer {
  let transport: ReturnType<typeof openTransport> | undefined;
  return {
    async send(mail) {
      transport ??= openTransport(url, timeouts);
      const transporter = await transport;
      const signal = AbortSignal.timeout(timeouts.whole);
      try {
        await transporter.sendMail({ ...mail, from, date: new Date(clock.now()), signal });
      } catch (cause) {
        throw isForGood(cause) ? new MailRefused(cause.response ?? cause.message, cause) : cause;
      }
    },
  };
}

/** Nodemailer is loaded at the first mail, so that the start does not wait for it. */
async function openTransport(url: string, { connect, greeting, silence }: SmtpTimeouts) {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    requireTLS: needsTls(url),
    connectionTimeout: connect,
    dnsTimeout: connect,
    greetingTimeout: greeting,
    socketTimeout: silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** To a server without TLS nodemailer would send the password unencrypted. */
function needsTls(url: string): boolean {
  const { username, hostname } = new URL(url);
  return username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/**
 * Returns whether the server refused the recipient or the content. A bad login gets a 5xx too, but can be corrected.
 */
function isForGood(error: unknown): error is NodemailerError {
  const { permanent, code } = error as NodemailerError;
  return permanent === true && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
