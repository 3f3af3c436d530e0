import { test } from 'vitest';
import { startWorld } from '../support/world.ts';
import { WAYS } from './acts/act.ts';
import { ACTS } from './acts/acts.ts';
import { perform } from './acts/stage.ts';
import { describeInChromium } from './chromium.ts';

const world = await startWorld();

describeInChromium('what people do with the pages', { url: world.url }, (chromium) => {
  // Each act in one way, the ways in turn. `npm run test:browser` does every act in every way.
  for (const [at, act] of ACTS.entries()) {
    const way = WAYS[at % WAYS.length] ?? WAYS[0];
    test(`people can ${act.name} (${way.name})`, () => perform(act, way, world, chromium));
  }
});
