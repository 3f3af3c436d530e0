import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCronYaml } from '../../src/local-cloud/cron/cron-yaml.ts';
import { nextRun } from '../../src/local-cloud/cron/next-run.ts';
import { parseSchedule } from '../../src/local-cloud/cron/parse-schedule.ts';
import { timeZone } from '../../src/runtime/time-zone.ts';
import { strangeText } from './texts.ts';

const NOW = Date.UTC(2026, 10, 20, 18);

const WORDS =
  'every mins minutes hours day month quarter of from to synchronized first 2nd 5th mon friday sunday jan feb december 0 1 7 29 31 99999999 00:00 9:05 24:00 10:60 , , :'.split(
    ' ',
  );

/** Words of the grammar in any order, with or without space between them, and now and then another text. */
const schedule = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: strangeText() }),
      fc.constantFrom(' ', ' ', ' ', '', ','),
    ),
    {
      maxLength: 12,
    },
  )
  .map((words) => words.flat().join(''));

const whole = fc
  .tuple(
    fc.constantFrom('every', '1st', '2nd,5th', '31', '1,29'),
    fc.constantFrom('mon', 'day', 'of feb', 'of month', 'sunday of quarter', '5 minutes'),
    fc.constantFrom('10:00', '23:59', 'from 1:00 to 0:30', 'synchronized', ''),
  )
  .map((words) => words.join(' '));

test('any text is a schedule with a run in the future, or is refused with a reason', () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(schedule, whole), (text) => {
      const parsed = attempt(() => parseSchedule(text));
      if (parsed instanceof Error) {
        seen.refused += 1;
        expect(parsed.constructor).toBe(Error);
        expect(parsed.message).toMatch(/^\S.{4,}/s);
      } else {
        seen.taken += 1;
        expect(nextRun(parsed, timeZone('Europe/Berlin'), NOW)).toBeGreaterThan(NOW);
      }
    }),
    { numRuns: 1000, seed: 7 },
  );
  expect(seen.taken).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
});

test('a cron.yaml with any text as its schedule is read, or refused with a reason', () => {
  fc.assert(
    fc.property(fc.oneof(schedule, strangeText()), (text) => {
      const yaml = `cron:\n- url: /cron/x\n  schedule: ${JSON.stringify(text)}\n`;
      const read = attempt(() => readCronYaml(yaml));
      if (read instanceof Error) expect(read.constructor).toBe(Error);
      else expect(read).toHaveLength(1);
    }),
    { numRuns: 300, seed: 8 },
  );
});

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
