import type { BrowserContextOptions, Page } from 'playwright-core';
import type { TestUser } from '../../support/test-user.ts';
import type { World } from '../../support/world.ts';
import { DESKTOP, PHONE, type Chromium } from '../chromium.ts';

/** Something that people do with the pages. It has to succeed in every way. */
export interface Act {
  /** Says in the table what the person does: `edit the caption`. */
  name: string;
  /** The photos of the account before the act. Without it there are three photos of July 2019. */
  photos?: readonly SeedPhoto[];
  /** Does the act as a person does it, and looks at what became of it. */
  run(stage: Stage): Promise<void>;
}

/** A photo by the time at which it was taken. Its caption names it. */
export interface SeedPhoto {
  takenAt: string;
  caption: string;
}

/** What an act finds: a signed-in account on the timeline, in a browser of its own. */
export interface Stage {
  page: Page;
  world: World;
  /** The account, by the API. */
  user: TestUser;
  way: Way;
  /** Ids of the photos, by their captions. */
  photos: ReadonlyMap<string, string>;
  /** Lets the browser write lines that the act causes. */
  tolerate: Chromium['tolerate'];
}

/** How a person uses the pages. */
export interface Way {
  name: string;
  script: boolean;
  phone: boolean;
  options: BrowserContextOptions;
}

const way = (script: boolean, phone: boolean): Way => ({
  name: `script ${script ? 'on' : 'off'}, ${phone ? 'phone' : 'desktop'}`,
  script,
  phone,
  options: { ...(phone ? PHONE : DESKTOP), javaScriptEnabled: script },
});

export const WAYS = [way(true, false), way(true, true), way(false, false), way(false, true)] as const;

export const THREE_PHOTOS: readonly SeedPhoto[] = [
  { takenAt: '2019-07-03T10:00:00', caption: 'third' },
  { takenAt: '2019-07-02T10:00:00', caption: 'second' },
  { takenAt: '2019-07-01T10:00:00', caption: 'first' },
];
