export type Environment = Readonly<Record<string, string | undefined>>;

/** What the files of this repository say where only the operator knows the value. */
const PLACEHOLDER = /(?<![\w-])your-(?:project|client-id|audience|issuer|domain|bucket|region|key|secret)(?![\w-])/;

/** Reads variables one by one and collects every fault, so that one start reports all of them. */
export class EnvironmentReader {
  readonly #env: Environment;
  readonly #faults = new Set<string>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** The variable without blanks around it; an empty one counts as not set. */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim() || undefined;
    const [placeholder] = PLACEHOLDER.exec(value ?? '') ?? [];
    if (placeholder !== undefined) {
      this.fault(
        name,
        `still holds the placeholder ${placeholder}: write your own value there, in app.yaml for example`,
      );
    }
    return value;
  }

  required(name: string, fallback: string | undefined): string {
    const value = this.text(name) ?? fallback;
    if (value === undefined) this.fault(name, 'must be set in the google profile');
    return value ?? '';
  }

  integer(name: string, range: { min: number; max?: number; fallback: number }): number {
    const text = this.text(name);
    if (text === undefined) return range.fallback;
    const max = range.max ?? Number.MAX_SAFE_INTEGER;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= range.min && value <= max) return value;
    this.fault(name, `must be a whole number from ${range.min} to ${max}`);
    return range.fallback;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.text(name) ?? fallback;
    const value = allowed.find((choice) => choice === text);
    if (value === undefined) this.fault(name, `must be one of ${allowed.join(', ')}`);
    return value ?? fallback;
  }

  endpoint(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const url = /^https?:\/\//.test(text) ? text : `http://${text}`;
    if (!URL.canParse(url)) this.fault(name, 'must be host:port or a URL');
    return text;
  }

  fault(name: string, expected: string): void {
    this.#faults.add(`${name} ${expected}`);
  }

  check(): void {
    if (this.#faults.size > 0) {
      throw new Error(`The configuration is not complete: ${[...this.#faults].join('; ')}.`);
    }
  }
}
