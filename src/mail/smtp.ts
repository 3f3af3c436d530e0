import type { NodemailerError } from 'nodemailer';
import type { Clock } from '../runtime/clock.ts';
import { MailRefused, type Mailer } from './mail.ts';

/** How long to wait for what, in milliseconds. */
export interface SmtpTimeouts {
  connect: number;
  greeting: number;
  /** Between two signs of life of the server. */
  silence: number;
  /** For the whole mail: a server that keeps sending must not hold a task without end. */
  whole: number;
}

export const SMTP_TIMEOUTS: SmtpTimeouts = { connect: 10_000, greeting: 10_000, silence: 30_000, whole: 60_000 };

export interface SmtpDeps {
  /** `smtp://` or `smtps://`, with credentials. */
  url: string;
  from: string;
  clock: Clock;
  timeouts: SmtpTimeouts;
}

/** Hands each mail to an SMTP server, over a connection of its own. */
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

/** Nodemailer is loaded with the first mail: a start-up does not need it. */
async function openTransport(url: string, { connect, greeting, silence }: SmtpTimeouts) {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    requireTLS: sendsPasswordAbroad(url),
    connectionTimeout: connect,
    dnsTimeout: connect,
    greetingTimeout: greeting,
    socketTimeout: silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Without TLS nodemailer would send the password in the clear to a server that offers none. */
function sendsPasswordAbroad(url: string): boolean {
  const { username, hostname } = new URL(url);
  return username !== '' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Whether it is the recipient or the content that was refused: a bad login also gets a 5xx, but can be mended. */
function isForGood(error: unknown): error is NodemailerError {
  const { permanent, code } = error as NodemailerError;
  return permanent === true && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
