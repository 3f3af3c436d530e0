import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Clock } from '../../runtime/clock.ts';
import type { Content } from '../../runtime/html.ts';
import type { CommandDeps, Commands } from '../commands.ts';
import type { LiveTopics } from './live.ts';

/** What the pages show and change: the running services, and the commands to them. */
export type ConsoleDeps = Omit<CommandDeps, 'stop'> & {
  commands: Omit<Commands, 'stop'>;
  clock: Clock;
  projectId: string;
  location: string;
  /** The folder of the files of the local cloud. */
  dataDir: string;
  live: LiveTopics;
};

/** A part of the console, with an entry in its menu. */
export interface Section {
  /** The first page of the section, such as `/datastore`. Further paths of it begin with this one. */
  path: string;
  title: string;
  /** What the section shows, for the first page of the console. */
  summary: string;
  routes: ConsoleRoute[];
}

export interface ConsoleRoute {
  /** A GET changes nothing. A POST has passed the check of its origin. */
  method: 'GET' | 'POST';
  /** Compared as a whole: names of things are in the query. */
  path: string;
  handle(deps: ConsoleDeps, asked: Asked): Reply | Promise<Reply>;
}

/** A request as the routes see it. */
export interface Asked {
  path: string;
  query: URLSearchParams;
  /** The fields of the form of a POST. */
  form: URLSearchParams;
  headers: IncomingHttpHeaders;
}

export type Reply = Page | Onward | File;

/** A page in the common frame. */
export interface Page {
  title: string;
  main: Content;
  /** 200 without it. */
  status?: number | undefined;
  /** Whether the page has the menu; it has one without this. */
  menu?: boolean | undefined;
}

/** Sends the browser to another page of the console, with GET. */
export interface Onward {
  /** A path with its query. */
  location: string;
  headers?: Record<string, string> | undefined;
}

/** Bytes in no frame. */
export interface File {
  type: string;
  bytes: Buffer | Readable;
  /** Replace the headers of the console, such as its content policy. */
  headers?: Record<string, string> | undefined;
}

/** A request for something that is not there, or with a bad value. The page shows the message to the reader. */
export class ConsoleFault extends Error {
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

/** A path with a query; values that are undefined are left out. */
export function linkTo(path: string, query: Record<string, string | number | undefined> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}
