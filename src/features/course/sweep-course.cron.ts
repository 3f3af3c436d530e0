import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { findExpired } from '../../data/read/expired.ts';
import { CALL_KIND, COUNTER_KIND, COURSE_LIFE_MS, deleteExpired } from './counter.ts';
import { deleteTasksBefore } from './task-log.ts';

/** Deletes data of the course routes after 32 days: markers of counted calls, unused counters, `Task` entities. */
export const sweepCourse = defineCron({
  name: 'sweep-course',
  deletesByAge: true,
  async run(deps: { datastore: Datastore; clock: Clock }) {
    const { datastore, clock } = deps;
    let calls = 0;
    for await (const expired of findExpired(datastore, CALL_KIND, clock.now())) {
      await datastore.delete(expired.map(({ key }) => key));
      calls += expired.length;
    }
    let counters = 0;
    for await (const expired of findExpired(datastore, COUNTER_KIND, clock.now())) {
      for (const { key } of expired) counters += Number(await deleteExpired(deps, key));
    }
    const tasks = await deleteTasksBefore(deps, clock.now() - COURSE_LIFE_MS);
    return `${calls} calls, ${counters} counters, ${tasks} tasks`;
  },
});
