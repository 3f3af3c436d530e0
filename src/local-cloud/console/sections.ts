import { datastoreSection } from './datastore/datastore-section.ts';
import type { Section } from './section.ts';
import { storageSection } from './storage/storage-section.ts';

/** The sections in the order of the menu. */
export const SECTIONS: Section[] = [datastoreSection, storageSection];
