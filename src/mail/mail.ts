/** A picture that the HTML part shows by `cid:<cid>`, or any other file that goes along. */
export interface Attachment {
  filename: string;
  content: Buffer;
  contentType: string;
  cid?: string;
}

/** One mail to one person. */
export interface Mail {
  to: string;
  subject: string;
  /** What the HTML part says, for programs that show no HTML. */
  text: string;
  html: string;
  /** With its angle brackets (RFC 5322, 3.6.4). A mail that is sent again keeps it, so that it can be shown once. */
  messageId: string;
  headers?: Record<string, string>;
  attachments?: Attachment[];
}

export interface Mailer {
  /**
   * Hands the mail over. Throws MailRefused when the mail itself was refused for good; after any other error it may
   * or may not have been taken, and may be sent again.
   */
  send(mail: Mail): Promise<void>;
}

/** The server will not take this mail, however often it is tried: no such mailbox, for example. */
export class MailRefused extends Error {
  constructor(answer: string, cause: unknown) {
    super(`The mail was refused: ${answer}`, { cause });
    this.name = 'MailRefused';
  }
}
