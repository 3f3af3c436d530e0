import type { Trace } from '../../trace/trace.ts';

export const SEVERITIES = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

/** A line of the app's log (docs/log.md). */
export interface LogLine {
  time: string;
  severity: string;
  message: string;
  /** The id of the request in which it was written. */
  request: string | undefined;
  /** All fields. */
  fields: Record<string, unknown>;
}

export interface LogFilter {
  /** The least severity. */
  severity?: string | undefined;
  request?: string | undefined;
  /** A part of the line. */
  text?: string | undefined;
}

/** The lines that are kept and fit, the newest first. */
export function logLines(trace: Trace, { severity, request = '', text = '' }: LogFilter): LogLine[] {
  const least = SEVERITIES.indexOf(severity ?? '');
  const found: LogLine[] = [];
  for (const line of trace.lines()) {
    // A search in the text is cheaper than to parse each line.
    if (!line.includes(request) || !line.toLowerCase().includes(text.toLowerCase())) continue;
    const parsed = parsedLine(line);
    if (request !== '' && parsed.request !== request) continue;
    if (SEVERITIES.indexOf(parsed.severity) >= least) found.push(parsed);
  }
  return found;
}

/** A line that was too long to be kept whole is shown as text. */
function parsedLine(line: string): LogLine {
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    const { time = '', severity = '', message = '', requestId: request } = fields as Partial<Record<string, string>>;
    return { time, severity, message, request, fields };
  } catch {
    const [, severity = ''] = /"severity":"(\w+)"/.exec(line) ?? [];
    const [, time = ''] = /"time":"([^"]+)"/.exec(line) ?? [];
    const [, request] = /"requestId":"([\w-]+)"/.exec(line) ?? [];
    return { time, severity, message: line, request, fields: {} };
  }
}
