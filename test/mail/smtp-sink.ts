import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What an SMTP server on loopback does otherwise than a good one. Commands are named as in `USUAL`. */
export interface Manners {
  /** Loopback has many addresses; 127.0.0.1 unless told. */
  host?: string;
  answers?: Record<string, string>;
  /** Says nothing at this command, and keeps the connection open. */
  silentAt?: string;
  /** Cuts the connection at this command. */
  cutsAt?: string;
  /** Answers this command with line after line, each of which announces a further one. */
  endlessAt?: string;
}

export interface ReceivedMail {
  from: string;
  to: string;
  data: string;
  /** When it was whole, in milliseconds as of `Date.now`. */
  at: number;
}

export interface SmtpSink extends AsyncDisposable {
  url: string;
  received: ReceivedMail[];
  /** The commands that came in, from the first connection to the last. */
  commands: string[];
}

/** A server that speaks just enough SMTP (RFC 5321) to be sent mail. */
export async function smtpSink(manners: Manners = {}): Promise<SmtpSink> {
  const { host = '127.0.0.1' } = manners;
  const received: ReceivedMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // Clients that hang up in the middle are what these tests are about.
    socket.on('error', () => undefined);
    converse(socket, manners, { received, commands });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    url: `smtp://${host}:${(server.address() as AddressInfo).port}`,
    received,
    commands,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The good answers: to the connection, to the commands, and to the end of the mail's text. */
const USUAL: Record<string, string> = {
  CONNECT: '220 sink',
  EHLO: '250 sink',
  'MAIL FROM': '250 fine',
  'RCPT TO': '250 fine',
  DATA: '354 go on',
  TEXT: '250 taken',
  QUIT: '221 bye',
};

function converse(socket: Socket, manners: Manners, seen: Pick<SmtpSink, 'received' | 'commands'>): void {
  const mail = { from: '', to: '', data: '' };
  let inText = false;
  const answer = (command: string) => {
    if (manners.silentAt === command) return;
    if (manners.cutsAt === command) return void socket.destroy();
    if (manners.endlessAt === command) return goOnForEver(socket);
    socket.write(`${manners.answers?.[command] ?? USUAL[command] ?? '502 unknown'}\r\n`);
  };
  const takeText = (line: string) => {
    inText = line !== '.';
    if (inText) mail.data += `${line}\r\n`;
    else {
      seen.received.push({ ...mail, at: Date.now() });
      answer('TEXT');
    }
  };
  const takeCommand = (line: string) => {
    const [command = ''] = /^(MAIL FROM|RCPT TO|[A-Z]+)/.exec(line) ?? [];
    if (command === 'MAIL FROM') mail.from = addressIn(line);
    if (command === 'RCPT TO') mail.to = addressIn(line);
    seen.commands.push(command);
    inText = command === 'DATA';
    answer(command);
  };
  createInterface({ input: socket }).on('line', (line) => (inText ? takeText(line) : takeCommand(line)));
  answer('CONNECT');
}

const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? '';

function goOnForEver(socket: Socket): void {
  const timer = setInterval(() => socket.write('250-and another thing\r\n'), 10);
  socket.once('close', () => clearInterval(timer));
}
