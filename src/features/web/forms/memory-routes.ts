import { z } from 'zod';
import type { Library } from '../../../data/commit/group-commit.ts';
import { readPlainForm } from '../../../http/forms/plain-form.ts';
import { parseInput } from '../../../http/input/read-input.ts';
import { defineRoute, type Route } from '../../../http/route.ts';
import { hideDay, showDay } from '../../memories/hide-days.ts';
import { MemoryDay } from '../../memories/schemas.ts';

export interface MemoryFormDeps {
  library: Library;
}

const MAX_FORM_BYTES = 1000;

const Fields = z.object({
  act: z.enum(['hide', 'show']),
  date: MemoryDay,
  on: z.enum(['timeline', 'settings']),
});

/** The route of the forms that hide a day from the memories, or show it again. */
export const memoryFormRoute = (deps: MemoryFormDeps): Route =>
  defineRoute({
    method: 'post',
    path: '/memories',
    summary: 'Hides a day from the memories, or shows it again.',
    access: 'user',
    scope: 'person',
    documented: false,
    replies: { 303: null },
    async handle({ caller, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const { act, date, on } = parseInput(Fields, Object.fromEntries(fields));
      await (act === 'hide' ? hideDay : showDay)(deps, caller.user, date);
      const timeline = act === 'hide' ? `/?hidden=${date}` : '/';
      return { status: 303, headers: { Location: on === 'settings' ? '/settings?notice=day-shown' : timeline } };
    },
  });
