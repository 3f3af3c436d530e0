/** What a queue allows: the attempts of a task, and their backoff. Rates are in queue.yaml. */
export interface QueueFacts {
  attempts: number;
  backoff: Backoff;
}

/** How long a queue waits between the attempts of one task, in seconds: `retry_parameters` of queue.yaml. */
export interface Backoff {
  first: number;
  longest: number;
  doublings: number;
}

/** The facts of a job that its callers need. */
interface JobFacts {
  queue: QueueName;
  /** Minutes that one attempt may take before the queue counts it as failed; a run takes less. */
  minutes: number;
  /** What follows when the last attempt fails. */
  exhausted: string;
}

/** The facts of a scheduled job. */
interface ScheduleFacts {
  /** In the language of cron.yaml. */
  schedule: string;
  /** How often cron repeats a failed run before the next regular run. */
  retries: number;
  /** Minutes that one run may take. */
  minutes: number;
  /** What follows when a run failed or was missed. */
  missed: string;
}

export const QUEUES = {
  default: { attempts: 8, backoff: { first: 1, longest: 300, doublings: 8 } },
  variants: { attempts: 9, backoff: { first: 1, longest: 300, doublings: 5 } },
  mail: { attempts: 12, backoff: { first: 10, longest: 3600, doublings: 8 } },
  erasure: { attempts: 21, backoff: { first: 1, longest: 3600, doublings: 12 } },
  upkeep: { attempts: 6, backoff: { first: 10, longest: 600, doublings: 6 } },
} as const satisfies Record<string, QueueFacts>;

type QueueName = keyof typeof QUEUES;

/** Every job that a task may be for, at `POST /tasks/{name}`. */
export const JOBS = {
  'make-variants': {
    queue: 'variants',
    minutes: 5,
    exhausted: 'the photo is `failed` and says why; retry by its owner',
  },
  'erase-objects': { queue: 'erasure', minutes: 9, exhausted: 'the objects stay until the audit finds them' },
  'empty-trash': { queue: 'erasure', minutes: 9, exhausted: 'the rest is deleted when its 30 days are over' },
  'prove-days': { queue: 'upkeep', minutes: 9, exhausted: 'wrong counts stay until the next week' },
  'make-tiles': { queue: 'upkeep', minutes: 9, exhausted: 'lists read photos until the next night' },
  'index-words': { queue: 'upkeep', minutes: 9, exhausted: 'search says that it is not complete until the next night' },
  'erase-account': {
    queue: 'erasure',
    minutes: 9,
    exhausted: 'entities without a user stay, and no request can read them',
  },
  'forget-tombstones': { queue: 'upkeep', minutes: 9, exhausted: 'the tombstones stay until the next sweep' },
  'send-summary': { queue: 'mail', minutes: 5, exhausted: 'the mail record is `failed` and says why; no mail' },
  'send-posts': { queue: 'mail', minutes: 5, exhausted: 'the mail record is `failed` and says why; no mail' },
  'remake-variants': { queue: 'upkeep', minutes: 9, exhausted: 'the old sizes are shown until the next run' },
  'trim-activity': { queue: 'upkeep', minutes: 5, exhausted: 'older events stay until the next read of the list' },
  'audit-user': { queue: 'upkeep', minutes: 9, exhausted: 'the last result stays; the next audit starts again' },
  'sum-storage': { queue: 'upkeep', minutes: 9, exhausted: 'the last sum stays until the next run' },
  'choose-cover': { queue: 'default', minutes: 5, exhausted: 'the album has no cover until it gets another photo' },
  'empty-album': { queue: 'upkeep', minutes: 9, exhausted: 'photos name a deleted album, which no list shows' },
  'tell-members': { queue: 'default', minutes: 5, exhausted: 'members see the change when the album changes again' },
  'tell-owner': {
    queue: 'default',
    minutes: 5,
    exhausted: 'feeds tell of it when that member changes the album again',
  },
  'copy-photo': { queue: 'default', minutes: 5, exhausted: 'the photo is not copied; a person may ask for it again' },
  'drop-member': {
    queue: 'erasure',
    minutes: 5,
    exhausted: 'the album names a deleted user until its owner removes it',
  },
  'finish-direct-upload': {
    queue: 'default',
    minutes: 9,
    exhausted: 'the file waits in the bucket; it is found again after an hour',
  },
  'end-direct-grants': {
    queue: 'upkeep',
    minutes: 5,
    exhausted: 'their sessions stay until they expire, and make no photo',
  },
  'add-views': { queue: 'default', minutes: 5, exhausted: 'these views of a share are not counted' },
  'find-places': { queue: 'default', minutes: 5, exhausted: 'new photos have no place until the next one is uploaded' },
  'name-places': { queue: 'upkeep', minutes: 9, exhausted: 'photos keep their former places until the next night' },
  'choose-place-covers': {
    queue: 'default',
    minutes: 5,
    exhausted: 'the place has no cover until another one loses its cover',
  },
  'walk-users': { queue: 'upkeep', minutes: 9, exhausted: 'users after that point wait for the next fan-out' },
} as const satisfies Record<string, JobFacts>;

export type JobName = keyof typeof JOBS;

/** Everything that cron starts, by its URL. */
export const SCHEDULES = {
  '/cron/sweep-outbox': {
    schedule: 'every 1 minutes',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/find-direct-uploads': {
    schedule: 'every 1 minutes',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/sweep-uploads': {
    schedule: 'every 30 minutes',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/sweep-receipts': {
    schedule: 'every 1 hours',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/sweep-tombstones': {
    schedule: 'every 6 hours',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/remake-variants': {
    schedule: 'every day 03:00',
    retries: 0,
    minutes: 9,
    missed: 'the old sizes are shown until the next run',
  },
  '/cron/make-tiles': {
    schedule: 'every day 02:30',
    retries: 0,
    minutes: 9,
    missed: 'lists read photos until the next run',
  },
  '/cron/index-words': {
    schedule: 'every day 02:45',
    retries: 0,
    minutes: 9,
    missed: 'search says that it is not complete until the next run',
  },
  '/cron/name-places': {
    schedule: 'every day 03:15',
    retries: 0,
    minutes: 9,
    missed: 'photos keep their former places until the next run',
  },
  '/cron/prove-days': {
    schedule: 'every sunday 03:30',
    retries: 3,
    minutes: 9,
    missed: 'the next run verifies the same counts',
  },
  '/cron/sweep-sessions': {
    schedule: 'every 1 hours',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/sweep-erased-identities': {
    schedule: 'every 6 hours',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/sweep-invitations': {
    schedule: 'every 6 hours',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/sweep-course': {
    schedule: 'every day 04:00',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/purge-trash': { schedule: 'every 1 hours', retries: 0, minutes: 9, missed: 'the next run does the same work' },
  '/cron/sweep-leftovers': {
    schedule: 'every day 02:00',
    retries: 0,
    minutes: 9,
    missed: 'the next run does the same work',
  },
  '/cron/audit': { schedule: 'every sunday 03:00', retries: 3, minutes: 9, missed: 'the results of last week stay' },
  '/cron/sum-storage': {
    schedule: 'every day 04:00',
    retries: 3,
    minutes: 9,
    missed: 'the last sum stays until the next run',
  },
  '/cron_task_handler': { schedule: 'every 24 hours', retries: 0, minutes: 1, missed: 'that `Task` entity is missing' },
  '/mail/weekly': {
    schedule: 'every 1 hours',
    retries: 3,
    minutes: 9,
    missed: 'the next run sends it, until a week after Monday 09:00',
  },
  '/tasks/summary': {
    schedule: 'every 1 hours',
    retries: 3,
    minutes: 9,
    missed: 'the next run sends it, until three days after 07:00',
  },
} as const satisfies Record<string, ScheduleFacts>;

type NameIn<Url> = Url extends `/cron/${infer Name}` ? Name : never;

/** The last part of `GET /cron/{name}`. */
export type CronName = NameIn<keyof typeof SCHEDULES>;
