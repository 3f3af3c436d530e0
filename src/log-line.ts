/** What a person at a terminal does not want to see in each line: it stands in front, or is always the same. */
const OMITTED = new Set(['severity', 'time', 'message', 'httpRequest', 'err', 'logging.googleapis.com/trace']);

/** Turns a JSON log line into a short one: time of day, severity, message, what else was given, stack of an error. */
export function describeLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const head = [String(entry['time']).slice(11, 23), String(entry['severity']).padEnd(8), entry['message']];
  const fields = Object.entries(entry).filter(
    ([name]) => !OMITTED.has(name) && !(isQuiet(entry) && name === 'requestId'),
  );
  const rest = fields.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${[...head, ...rest].join(' ')}\n${describeError(entry['err'])}`;
}

/** Nobody looks up the request behind a line that reports no trouble. */
function isQuiet({ severity }: Record<string, unknown>): boolean {
  return severity === 'INFO' || severity === 'DEBUG';
}

function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return '';
  return `${String(error.stack).replaceAll(/^/gm, '    ')}\n`;
}
