import { z } from 'zod';

/** A timeline as the teaching sample shows it: `GET /user/:user/json/`. */
export const CourseTimeline = z.object({
  results: z.array(z.object({ image_url: z.string(), caption: z.string(), user: z.string(), date: z.string() })),
  cursor: z.string().nullable(),
});
export type CourseTimeline = z.infer<typeof CourseTimeline>;

/** Both counters of the teaching sample: `GET /counter/get` as JSON. */
export const CourseCounters = z.object({ deferred: z.int(), taskQueue: z.int() });

/** The state of the service as the teaching sample shows it: `GET /data`. */
export const CourseState = z.object({
  profile: z.enum(['local', 'google']),
  time: z.string(),
  counters: CourseCounters,
  tasks: z.array(z.object({ type: z.string(), timestamp: z.string() })),
});
