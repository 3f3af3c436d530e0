import type { z } from 'zod';

/** What a value must be, by zod's name for it. */
const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Record<string, string> = {
  datetime: 'Send a date and time such as 2019-07-01T10:00:00Z.',
  date: 'Send a date such as 2019-07-01.',
  url: 'Send a URL.',
  email: 'Send an e-mail address.',
};

const UNITS: Record<string, [one: string, many: string]> = {
  string: [' character', ' characters'],
  array: [' item', ' items'],
};

/** Says what to send instead of a value that does not fit, where its schema has no sentence of its own. */
export const explainFault: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `Send ${KINDS[issue.expected] ?? `a value of type ${issue.expected}`}.${nullNote(issue.input)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `Send ${String(issue.values[0])}.`
        : `Send one of: ${issue.values.join(', ')}.`;
    case 'too_small':
      return `Send at least ${amountOf(issue.minimum, issue.origin)}.`;
    case 'too_big':
      return `Send at most ${amountOf(issue.maximum, issue.origin)}.`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'This does not have the form that is taken here.';
    case 'not_multiple_of':
      return `Send a multiple of ${issue.divisor}.`;
    case 'invalid_union':
      return `Send one of the forms that the OpenAPI document gives.${nullNote(issue.input)}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'unrecognized_keys':
    default:
      return 'This value is not taken here.';
  }
};

const nullNote = (input: unknown) => (input === null ? ' Null is not taken here.' : '');

function amountOf(limit: number | bigint, origin: string): string {
  const [one, many] = UNITS[origin] ?? ['', ''];
  return `${limit}${limit === 1 ? one : many}`;
}
