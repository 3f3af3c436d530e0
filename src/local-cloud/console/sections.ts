import { datastoreSection } from './datastore/datastore-section.ts';
import { logSection } from './log/log-section.ts';
import { requestsSection } from './requests/requests-section.ts';
import type { Section } from './section.ts';
import { storageSection } from './storage/storage-section.ts';

/** The sections in the order of the menu. */
export const SECTIONS: Section[] = [requestsSection, datastoreSection, storageSection, logSection];
