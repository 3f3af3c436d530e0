import { headerOf } from '../../mail-summaries/mail-world.ts';
import { smtpSink, type ReceivedMail, type SmtpSink } from '../../mail/smtp-sink.ts';

/**
 * A program that is killed within this time after a mail may not have recorded that the mail was sent. On a machine that
 * is slow or busy it takes longer: as long as the slowest start of the program so far.
 */
const SETTLING_MS = 2_000;
const SUMMARY = / (on \d+ \w+ \d{4}|from \d.*)$/;
const PHOTO = /\/image\/\w{16}\.(\w{16})\//g;
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

interface Letter {
  messageId: string;
  at: number;
  /** The day or the week of a summary; in another mail, each photo, about which there is one mail. */
  about: string[];
}

/** The mail server of a program that is killed again and again. */
export class Mailbox implements AsyncDisposable {
  readonly #sink: SmtpSink;
  readonly #kills: number[] = [];
  #settlingMs = SETTLING_MS;

  private constructor(sink: SmtpSink) {
    this.#sink = sink;
  }

  static async open(): Promise<Mailbox> {
    return new Mailbox(await smtpSink());
  }

  [Symbol.asyncDispose]() {
    return this.#sink[Symbol.asyncDispose]();
  }

  get url(): string {
    return this.#sink.url;
  }

  /** The program has just started, and took so long for it. */
  noteStart(ms: number): void {
    this.#settlingMs = Math.max(this.#settlingMs, ms);
  }

  /** The program has just been killed. */
  noteKill(): void {
    this.#kills.push(Date.now());
  }

  /** Throws unless each letter came once. The same letter may come again if a kill came before it was recorded. */
  audit(): void {
    const last = new Map<string, Letter>();
    for (const letter of this.#sink.received.map(read)) {
      for (const subject of letter.about) {
        const before = last.get(subject);
        last.set(subject, letter);
        if (!before) continue;
        if (before.messageId !== letter.messageId) throw new Error(`There are two different mails ${subject}.`);
        if (!this.#killedBetween(before, letter)) throw new Error(`The mail ${subject} came twice.`);
      }
    }
  }

  /** Throws unless there is a summary of the day of each of these times (ISO 8601). */
  mustHaveSummaries(times: string[]): void {
    const there = new Set(this.#sink.received.flatMap((mail) => read(mail).about));
    for (const time of times) {
      const day = `on ${DATE.format(Date.parse(time))}`;
      if (!there.has(day)) throw new Error(`There is no summary of what was posted ${day}.`);
    }
  }

  tally() {
    const letters = this.#sink.received.map(read);
    const different = new Set(letters.map(({ messageId }) => messageId)).size;
    return { letters: different, lettersRepeatedAfterAKill: letters.length - different };
  }

  /** Whether a kill between the two came soon after the first. */
  #killedBetween(first: Letter, second: Letter): boolean {
    return this.#kills.some((kill) => kill >= first.at && kill <= second.at && kill - first.at <= this.#settlingMs);
  }
}

function read(mail: ReceivedMail): Letter {
  const period = SUMMARY.exec(headerOf(mail, 'Subject') ?? '')?.[1];
  const photos = new Set([...unfolded(mail.data).matchAll(PHOTO)].map(([, photo]) => `about ${photo}`));
  return { messageId: headerOf(mail, 'Message-ID') ?? '', at: mail.at, about: period ? [period] : [...photos] };
}

/** Quoted-printable breaks long lines (RFC 2045, 6.7). */
const unfolded = (text: string) => text.replaceAll('=\r\n', '');
