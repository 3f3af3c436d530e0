import type { Section } from '../section.ts';
import { changeSwitch, endAllSwitches, moveClock, switchesPage } from './switches-page.ts';

/** What makes the services behave as they do on a bad day. */
export const switchesSection: Section = {
  path: '/switches',
  title: 'Switches',
  summary: 'Delayed indexes, the clock, and faults: aborted transactions, cut uploads, tasks that come twice.',
  routes: [
    { method: 'GET', path: '/switches', handle: switchesPage },
    { method: 'POST', path: '/switches', handle: changeSwitch },
    { method: 'POST', path: '/switches/end', handle: endAllSwitches },
    { method: 'POST', path: '/switches/clock', handle: moveClock },
  ],
};
