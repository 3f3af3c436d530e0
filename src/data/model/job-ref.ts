/** The name of a job and the type of what its tasks carry: all that is needed to ask for it. */
export interface JobRef<P> {
  /** One of the table in background/table.ts. */
  name: string;
  /** Only there for the type of the payload. */
  payload?: { parse(value: unknown): P };
}
