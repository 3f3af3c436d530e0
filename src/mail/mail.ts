/** An attached file. The HTML part shows a picture by `cid:<cid>`. */
export interface Attachment {
  filename: string;
  content: Buffer;
  contentType: string;
  cid?: string;
}

/** One mail to one address. */
export interface Mail {
  to: string;
  subject: string;
  /** The content of the HTML part as plain text. */
  text: string;
  html: string;
  /** With angle brackets (RFC 5322, section 3.6.4). A repeated mail has the same id, so that it is shown once. */
  messageId: string;
  headers?: Record<string, string>;
  attachments?: Attachment[];
}

export interface Mailer {
  /**
   * Sends a mail. After another error than MailRefused the mail may have been accepted or not, and may be sent again.
   * @throws MailRefused if the server refuses this mail for good
   */
  send(mail: Mail): Promise<void>;
}

/** The server refuses this mail in every attempt, for example because there is no such mailbox. */
export class MailRefused extends Error {
  constructor(reply: string, cause: unknown) {
    super(`The mail was refused: ${reply}`, { cause });
    this.name = 'MailRefused';
  }
}
