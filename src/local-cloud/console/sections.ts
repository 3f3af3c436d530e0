import type { Section } from './section.ts';

/** The sections in the order of the menu. */
export const SECTIONS: Section[] = [];
