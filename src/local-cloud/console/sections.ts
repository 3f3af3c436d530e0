import { datastoreSection } from './datastore/datastore-section.ts';
import { logSection } from './log/log-section.ts';
import { mailSection } from './mail/mail-section.ts';
import { requestsSection } from './requests/requests-section.ts';
import type { Section } from './section.ts';
import { storageSection } from './storage/storage-section.ts';
import { switchesSection } from './switches/switches-section.ts';
import { tasksSection } from './tasks/tasks-section.ts';

/** The sections in the order of the menu. */
export const SECTIONS: Section[] = [
  requestsSection,
  datastoreSection,
  tasksSection,
  storageSection,
  mailSection,
  logSection,
  switchesSection,
];
