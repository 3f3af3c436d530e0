import { QUEUES } from '../../background/table.ts';
import { UsageError } from '../usage-error.ts';

/** gRPC codes with a known reason. */
const DEADLINE_EXCEEDED = 4;
export const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
export const FAILED_PRECONDITION = 9;
const UNAVAILABLE = 14;

/** Says what went wrong, and what to do. */
export function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message} \`npm run tasks -- help\` tells more.`;
  const { code, details, message } = error as { code?: unknown; details?: string; message?: string };
  const said = details || message || String(error);
  switch (code) {
    case NOT_FOUND:
    case FAILED_PRECONDITION:
      return `${said} Queues: ${Object.keys(QUEUES).join(', ')}; a task that has run or was deleted is gone: see \`list\`.`;
    case UNAVAILABLE:
    case DEADLINE_EXCEEDED:
      return `No service answers there (${said}). Is the service running? Start it with npm start.`;
    case PERMISSION_DENIED:
      return `${said} Your account needs the role Cloud Tasks Admin.`;
    default:
      return said;
  }
}
