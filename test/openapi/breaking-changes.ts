import type { Contract } from './contract.ts';

/** What of a contract would break clients that were written for the one before. */
export function breakingChanges(before: Contract, after: Contract): string[] {
  const remains = (key: string) => key === '' || Object.keys(after).some((known) => isPart(known, key));
  // What belonged to a removed thing is not worth a line of its own.
  const removed = Object.keys(before).filter((key) => !after[key] && remains(parentOf(key)));
  return [
    ...removed.map((key) => `${key} was removed`),
    ...Object.keys(before).flatMap((key) => (after[key] ? changesOf(key, before[key] ?? [], after[key]) : [])),
    ...Object.keys(after)
      .filter((key) => isNewDemand(key, before, after))
      .map((key) => `${key} is new and required`),
  ];
}

function changesOf(key: string, before: string[], after: string[]): string[] {
  const sent = isSent(key);
  const faults: string[] = [];
  if (sent && before.includes('optional') && !after.includes('optional')) faults.push(`${key} became required`);
  if (!sent && !before.includes('optional') && after.includes('optional')) faults.push(`${key} became optional`);
  // Requests may be sent as before. Replies may be no other than before.
  const [narrow, wide] = sent ? [before, after] : [after, before];
  const uncovered = typesIn(narrow).filter((type) => !typesIn(wide).some((other) => covers(other, type)));
  const fault = sent ? 'no longer takes' : 'may now be';
  return [...faults, ...uncovered.map((type) => `${key} ${fault} ${type}`)];
}

/** A parameter, body or field that requests must have, although those of before have none. */
function isNewDemand(key: string, before: Contract, after: Contract): boolean {
  if (before[key] || !isSent(key) || after[key]?.includes('optional')) return false;
  return Object.keys(before).some((known) => isPart(known, parentOf(key)));
}

/** Whether a fact is that of a thing or of its parts. An object with a name has no fact of its own. */
const isPart = (key: string, thing: string) =>
  key === thing || (key.startsWith(thing) && /^[.\s[{|]/.test(key.slice(thing.length)));

const isSent = (key: string) => /(?:^| )in /.test(key);

const typesIn = (types: string[]) => types.filter((type) => type !== 'optional');

/** What a fact is part of: the object of a field, the list of an item, the operation of a parameter; all, of an operation. */
function parentOf(key: string): string {
  const [, whole] = /^(.*\S)(?:\.[^.\s/]+|\[\]|\{\})$/.exec(key) ?? [];
  if (whole !== undefined) return whole.replace(/\|\d+$/, '');
  const [, reply] = /^(.* out \d+) ./.exec(key) ?? [];
  if (reply !== undefined) return reply;
  const [, operation = ''] = /^(.*) (?:in|out) /.exec(key) ?? [];
  return operation;
}

/** Whether each value of the narrow type is one of the wide type. */
function covers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const literal = narrow.startsWith('"') ? 'string' : undefined;
  const [type, ...limits] = wide.split(' ');
  const [narrowType, ...narrowLimits] = (literal ?? narrow).split(' ');
  const isSameType = type === narrowType || (type === 'number' && narrowType === 'integer');
  return isSameType && limits.every((limit) => isWithin(limit, narrowLimits));
}

function isWithin(limit: string, narrow: string[]): boolean {
  const [name, value] = split(limit);
  const own = narrow.map(split).find(([other]) => other === name)?.[1];
  if (own === undefined) return false;
  if (name.startsWith('max')) return Number(own) <= Number(value);
  if (name.startsWith('min')) return Number(own) >= Number(value);
  return own === value;
}

const split = (limit: string) => [limit.slice(0, limit.indexOf('=')), limit.slice(limit.indexOf('=') + 1)] as const;
