import { describe, expect, test } from 'vitest';
import { startWorld } from '../../support/world.ts';
import { WAYS } from '../acts/act.ts';
import { describeInChromium } from '../chromium.ts';
import { cutLine } from '../cut-line.ts';
import { expectTotals, largeFile, send } from '../tray.ts';

const world = await startWorld();
const line = await cutLine(world.appUrl);
const MIB = 2 ** 20;
const CHUNK = 8 * MIB;
const WITH_SCRIPT = WAYS.filter(({ script }) => script);

describeInChromium('large uploads', { url: line.url }, ({ signIn, tolerate }) => {
  describe('people can upload 199 MiB on a line that is cut three times', () => {
    for (const way of WITH_SCRIPT) {
      test(`with ${way.name}`, async () => {
        const page = await signIn(way.phone ? 'large-phone' : 'large-desk', way.options);
        // Files of more than 200 MiB are refused.
        const path = await largeFile('large.jpg', 199);
        const before = line.sent();
        for (const cutAt of [30, 70, 45]) {
          const isCut = line.cutAfter(cutAt * MIB);
          if (cutAt === 30) await send(page, [path]);
          await isCut;
          line.mend();
        }
        await expectTotals(page, '1 of 1 uploaded');
        expect(line.sent() - before).toBeLessThan(201 * MIB + 3 * CHUNK);
        tolerate(/ERR_/);
      });
    }
  });
});
