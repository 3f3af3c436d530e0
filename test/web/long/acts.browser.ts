import { describe, test } from 'vitest';
import { startWorld } from '../../support/world.ts';
import { WAYS } from '../acts/act.ts';
import { ACTS } from '../acts/acts.ts';
import { perform } from '../acts/stage.ts';
import { describeInChromium } from '../chromium.ts';

const world = await startWorld();

describeInChromium('what people do with the pages', { url: world.url }, (chromium) => {
  for (const act of ACTS) {
    describe(`people can ${act.name}`, () => {
      for (const way of WAYS) test(`with ${way.name}`, () => perform(act, way, world, chromium));
    });
  }
});
