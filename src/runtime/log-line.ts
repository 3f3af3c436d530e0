import { styleText } from 'node:util';

/** What a person at a terminal does not want to see in each line: it stands in front, or is always the same. */
const OMITTED = new Set([
  'severity',
  'time',
  'message',
  'httpRequest',
  'err',
  'user',
  'client',
  'logging.googleapis.com/trace',
]);

/**
 * Turns a JSON log line into a short one: time of day, severity, message, what else was given, stack of an error. In
 * colours where standard output shows them and NO_COLOR is not set.
 */
export function describeLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const severity = String(entry['severity']);
  const head = [styleText('dim', String(entry['time']).slice(11, 23)), inItsColour(severity), entry['message']];
  const fields = Object.entries(entry).filter(([name, value]) => !OMITTED.has(name) && !isKnown(entry, name, value));
  const rest = fields.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const details = rest.length > 0 ? [styleText('dim', rest.join(' '))] : [];
  return `${[...head, ...details].join(' ')}\n${describeError(entry['err'])}`;
}

function inItsColour(severity: string): string {
  const text = severity.padEnd(8);
  if (severity === 'ERROR' || severity === 'CRITICAL') return styleText('red', text);
  if (severity === 'WARNING') return styleText('yellow', text);
  return severity === 'DEBUG' ? styleText('dim', text) : text;
}

/** The message says some fields already, and the request behind a line is looked up only where there is trouble. */
function isKnown({ severity, message }: Record<string, unknown>, name: string, value: unknown): boolean {
  if (name === 'requestId') return severity === 'INFO' || severity === 'DEBUG';
  return typeof value === 'string' && value !== '' && String(message).includes(value);
}

function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return '';
  return `${String(error.stack).replaceAll(/^/gm, '    ')}\n`;
}
