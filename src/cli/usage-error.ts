/** The command line is wrong. The message says what to type instead. */
export class UsageError extends Error {}
