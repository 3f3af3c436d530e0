import { z } from 'zod';

// A line without a message has only the fields that the caller gave.
const LogEntry = z.looseObject({ severity: z.string(), message: z.string().optional(), time: z.string() });

/** A line of the app's log, with the fields that each line has. */
export type LogEntry = z.infer<typeof LogEntry>;

/** Parses a line of the app's log. Throws unless it is JSON with the fields that each line has. */
export const logEntry = (line: string): LogEntry => LogEntry.parse(JSON.parse(line));
