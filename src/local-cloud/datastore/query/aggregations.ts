import { CloudError } from '../../cloud-error.ts';
import { splitPath, valueAt } from '../commit/property-path.ts';
import type { Aggregation, Entity, Value } from '../protocol.ts';

const MAX_AGGREGATIONS = 5;

/** One aggregation under way. */
export interface Accumulator {
  alias: string;
  /** The property it reads; undefined for a count. */
  property: string | undefined;
  /** How many results it looks at. */
  bound: number;
  /** `entity` is there if any aggregation of the query reads a property. */
  add(entity: Entity | undefined): void;
  result(): Value;
}

/** @throws CloudError INVALID_ARGUMENT for aggregations that aggregation queries do not allow. */
export function readAggregations(aggregations: Aggregation[]): Accumulator[] {
  const { length } = aggregations;
  if (length === 0) throw invalid('An aggregation query must have at least one aggregation.');
  if (length > MAX_AGGREGATIONS) {
    throw invalid(
      `The maximum number of aggregations allowed in an aggregation query is ${MAX_AGGREGATIONS}. Received: ${length}`,
    );
  }
  const aliases = aliasesOf(aggregations);
  if (new Set(aliases).size < length) throw invalid('The aliases of the aggregations must differ.');
  return aggregations.map((aggregation, at) => accumulator(aggregation, aliases[at]!));
}

/** Entities without one of these are not counted at all: the index that is read has no row for them. */
export const propertiesOf = (accumulators: Accumulator[]) => accumulators.flatMap(({ property }) => property ?? []);

function aliasesOf(aggregations: Aggregation[]): string[] {
  let unnamed = 0;
  return aggregations.map(({ alias }) => alias || `property_${++unnamed}`);
}

function accumulator(aggregation: Aggregation, alias: string): Accumulator {
  switch (aggregation.operator) {
    case 'count':
      return counting(alias, aggregation.count?.upTo);
    case 'sum':
      return numeric(alias, propertyOf(aggregation.sum), (numbers) => numbers.sum());
    case 'avg':
      return numeric(alias, propertyOf(aggregation.avg), (numbers) => numbers.average());
    case undefined:
      break;
  }
  throw invalid(`The aggregation "${alias}" has no operator.`);
}

function counting(alias: string, upTo: { value?: string } | null | undefined): Accumulator {
  const bound = upTo ? Number(upTo.value ?? 0) : Infinity;
  if (bound < 0) throw invalid('The bound of a count must not be negative.');
  let count = 0;
  return {
    alias,
    property: undefined,
    bound,
    add: () => void (count = Math.min(count + 1, bound)),
    result: () => ({ valueType: 'integerValue', integerValue: String(count) }),
  };
}

function propertyOf(aggregation: Aggregation['sum']): string {
  const name = aggregation?.property?.name;
  if (!name) throw invalid('An aggregation must name a property.');
  if (name === '__key__') throw invalid(`Aggregations are not supported for the property: ${name}`);
  return name;
}

function numeric(alias: string, property: string, result: (numbers: Numbers) => Value): Accumulator {
  const numbers = new Numbers();
  const names = splitPath(property);
  return {
    alias,
    property,
    bound: Infinity,
    add: (entity) => numbers.add(entity && valueAt(entity, names)),
    result: () => result(numbers),
  };
}

/** A sum that stays exact for integers; what is no number is skipped. */
class Numbers {
  #whole = 0n;
  #fraction = 0;
  #hasFraction = false;
  #count = 0;

  add(value: Value | undefined) {
    if (value?.valueType === 'integerValue') this.#whole += BigInt(value.integerValue);
    else if (value?.valueType === 'doubleValue') this.#addDouble(value.doubleValue);
    else return;
    this.#count++;
  }

  sum(): Value {
    const isWhole = !this.#hasFraction && BigInt.asIntN(64, this.#whole) === this.#whole;
    if (isWhole) return { valueType: 'integerValue', integerValue: String(this.#whole) };
    return { valueType: 'doubleValue', doubleValue: Number(this.#whole) + this.#fraction };
  }

  average(): Value {
    if (this.#count === 0) return { valueType: 'nullValue', nullValue: 'NULL_VALUE' };
    return { valueType: 'doubleValue', doubleValue: (Number(this.#whole) + this.#fraction) / this.#count };
  }

  #addDouble(value: number) {
    this.#hasFraction = true;
    this.#fraction += value;
  }
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
