import type { Clock } from '../../runtime/clock.ts';

/** How long a write can stay hidden. */
const HIDDEN_MS = 10_000;

export interface ConsistencyOptions {
  /** The share (0..1) of commits that global queries see at once. */
  consistency: number;
  /** 0 ≤ value < 1. */
  random: () => number;
}

/** What a commit did to one entity. */
interface Write {
  /** The root of the entity's path. */
  group: string;
  /** `StoredEntity.id`. */
  entity: number;
}

/**
 * Which fresh writes global queries do not see yet, as on a database whose indexes follow its entity groups: until the
 * group is read or written again, or 10 seconds have passed.
 */
export class Consistency {
  readonly #clock: Clock;
  readonly #random: () => number;
  /** The share that the options give. */
  readonly atStart: number;
  /** The share (0..1) of commits from now on that global queries see at once. */
  share: number;
  readonly #groups = new Map<string, { until: number; entities: number[] }>();
  readonly #hiddenFrom = new Map<number, number>();

  constructor(clock: Clock, options: ConsistencyOptions) {
    this.#clock = clock;
    this.#random = options.random;
    this.atStart = options.consistency;
    this.share = options.consistency;
  }

  /** Called for every commit, `version` its version. */
  written(writes: Write[], version: number) {
    for (const { group } of writes) this.touch(group);
    if (this.share >= 1 || this.#random() < this.share) return;
    const until = this.#clock.elapsed() + HIDDEN_MS;
    for (const { group, entity } of writes) {
      const hidden = this.#groups.get(group) ?? { until, entities: [] };
      hidden.entities.push(entity);
      this.#groups.set(group, hidden);
      this.#hiddenFrom.set(entity, version);
    }
  }

  /** A strongly consistent read or a write of the group brings its writes to light. */
  touch(group: string) {
    for (const entity of this.#groups.get(group)?.entities ?? []) this.#hiddenFrom.delete(entity);
    this.#groups.delete(group);
  }

  /** Per entity the version that global queries do not see yet; undefined when they see everything. */
  hidden(): ReadonlyMap<number, number> | undefined {
    const now = this.#clock.elapsed();
    for (const [group, { until }] of this.#groups) if (until <= now) this.touch(group);
    return this.#hiddenFrom.size > 0 ? this.#hiddenFrom : undefined;
  }

  clear() {
    this.#groups.clear();
    this.#hiddenFrom.clear();
  }
}
