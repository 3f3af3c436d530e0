import type { z } from 'zod';

/**
 * Says what to send instead of a value that does not fit, where its schema has no sentence of its own. It has a sentence
 * for every kind of issue, because zod would fill in one of its own otherwise.
 */
export const explainFault: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `Send ${KINDS[issue.expected] ?? 'a value of another type'}.${nullNote(issue.input)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `Send ${String(issue.values[0])}.`
        : `Send one of: ${issue.values.join(', ')}.`;
    case 'too_small':
      return `Send ${boundOf(issue, 'at least', 'more than')} ${amountOf(issue.minimum, issue.origin)}.`;
    case 'too_big':
      return `Send ${boundOf(issue, 'at most', 'less than')} ${amountOf(issue.maximum, issue.origin)}.`;
    case 'invalid_format':
      return formatFault(issue);
    case 'not_multiple_of':
      return `Send a multiple of ${issue.divisor}.`;
    case 'invalid_union':
      return `Send one of the forms that the OpenAPI document gives.${nullNote(issue.input)}`;
    case 'invalid_key':
      return 'This name is not taken here.';
    case 'unrecognized_keys':
      return `Leave out: ${issue.keys.join(', ')}.`;
    case 'invalid_element':
    case 'custom':
    default:
      return 'This value is not taken here.';
  }
};

/** What a value must be, by zod's name for it. */
const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  date: 'a date',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  object: 'an object',
  record: 'an object',
  map: 'an object',
  file: 'a file',
};

const nullNote = (input: unknown) => (input === null ? ' Null is not taken here.' : '');

type Bound = { inclusive?: boolean | undefined; exact?: boolean | undefined };

function boundOf({ inclusive, exact }: Bound, closed: string, open: string): string {
  if (exact) return 'exactly';
  return inclusive === false ? open : closed;
}

function amountOf(limit: number | bigint, origin: string): string {
  if (origin === 'date') return new Date(Number(limit)).toISOString();
  const [one, many] = UNITS[origin] ?? ['', ''];
  return `${limit}${limit === 1 ? one : many}`;
}

const UNITS: Record<string, [one: string, many: string]> = {
  string: [' character', ' characters'],
  array: [' item', ' items'],
  set: [' item', ' items'],
  file: [' byte', ' bytes'],
};

function formatFault(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string {
  const { format, prefix, suffix, includes } = issue;
  if (typeof prefix === 'string') return `Send a text that begins with ${prefix}.`;
  if (typeof suffix === 'string') return `Send a text that ends with ${suffix}.`;
  if (typeof includes === 'string') return `Send a text that contains ${includes}.`;
  return FORMATS[format] ?? 'This does not have the form that is taken here.';
}

const FORMATS: Record<string, string> = {
  datetime: 'Send a date and time such as 2019-07-01T10:00:00Z.',
  date: 'Send a date such as 2019-07-01.',
  time: 'Send a time such as 10:00:00.',
  duration: 'Send a duration such as PT1H30M.',
  url: 'Send a URL.',
  email: 'Send an e-mail address.',
  uuid: 'Send a UUID.',
  ipv4: 'Send an IPv4 address.',
  ipv6: 'Send an IPv6 address.',
  base64: 'Send base64.',
  base64url: 'Send base64url.',
  jwt: 'Send a JSON Web Token.',
};
