import type { ConsoleDeps } from '../section.ts';

/** A fault that goes on until it is switched off, or happens so many times. */
export interface FaultSwitch {
  /** Its name in forms. */
  name: string;
  title: string;
  words: string;
  kind: 'lasting' | 'counted';
  /** 0 is off. A lasting fault is 1, a counted one has so many left. */
  level(deps: ConsoleDeps): number;
  set(deps: ConsoleDeps, level: number): void;
}

/** The faults of the services, with the commands by which tests inject them. */
export const FAULT_SWITCHES: FaultSwitch[] = [
  {
    name: 'abort-each',
    title: 'Abort each transaction once',
    words: 'Each commit of a transaction ends in ABORTED, and succeeds when it is made again.',
    kind: 'lasting',
    level: ({ datastore }) => Number(datastore.faults.abortsEach),
    set: ({ commands }, level) => commands.abortEachOnce(level > 0),
  },
  {
    name: 'abort',
    title: 'Abort the next transactions',
    words: 'So many commits of transactions end in ABORTED.',
    kind: 'counted',
    level: ({ datastore }) => datastore.faults.aborts,
    set: ({ commands }, level) => commands.abortCommits(level),
  },
  {
    name: 'cut-each',
    title: 'Cut each upload once',
    words: 'Each upload to the bucket loses its connection half-way, and succeeds when the same bytes are sent again.',
    kind: 'lasting',
    level: ({ storage }) => Number(storage.faults.cutsEach),
    set: ({ commands }, level) => commands.cutEachOnce(level > 0),
  },
  {
    name: 'cut',
    title: 'Cut the next uploads',
    words: 'So many uploads to the bucket lose their connection half-way.',
    kind: 'counted',
    level: ({ storage }) => storage.faults.cuts,
    set: ({ commands }, level) => commands.cutWrites(level),
  },
  {
    name: 'twice',
    title: 'Deliver tasks twice',
    words: 'Each task is delivered once more after it has succeeded.',
    kind: 'lasting',
    level: ({ tasks }) => Number(tasks.faults.delivers().twice),
    set: ({ commands }, level) => commands.deliverTwice(level > 0),
  },
  {
    name: 'reverse',
    title: 'Send tasks in reverse order',
    words: 'Of the tasks that are due, the last one is sent first.',
    kind: 'lasting',
    level: ({ tasks }) => Number(tasks.faults.delivers().reversed),
    set: ({ commands }, level) => commands.reverseOrder(level > 0),
  },
];
