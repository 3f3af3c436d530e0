import { html, type Content } from '../../../runtime/html.ts';
import { requestPath } from '../requests/request-links.ts';
import type { LogLine } from './log-lines.ts';

/** Lines in the order given; `ofRequest` leaves out which request each belongs to. */
export function logTable(lines: LogLine[], { ofRequest = false } = {}): Content {
  return html`<div class="table" tabindex="0" role="region" aria-label="Lines of the log">
    <table>
      <thead>
        <tr>
          <th>Time (UTC)</th>
          <th>Severity</th>
          <th>Message</th>
          ${!ofRequest && html`<th>Request</th>`}
        </tr>
      </thead>
      <tbody>
        ${lines.map((line) => logRow(line, ofRequest))}
      </tbody>
    </table>
  </div>`;
}

const COLOURS: Record<string, string> = { WARNING: 'warn', ERROR: 'bad', CRITICAL: 'bad' };

/** What the other columns say already. */
const SHOWN = new Set(['time', 'severity', 'message', 'requestId']);

function logRow({ time, severity, message, request, fields }: LogLine, ofRequest: boolean): Content {
  const rest = Object.entries(fields).filter(([name]) => !SHOWN.has(name));
  return html`<tr>
    <td class="once mono">${time.slice(11, 23)}</td>
    <td class="once ${COLOURS[severity] ?? 'soft'}">${severity}</td>
    <td class="what">
      ${message}
      ${
        rest.length > 0 &&
        html`<details>
          <summary>${rest.length} ${rest.length === 1 ? 'field' : 'fields'}</summary>
          <pre class="code">${rest.map(fieldWords).join('\n')}</pre>
        </details>`
      }
    </td>
    ${
      !ofRequest &&
      html`<td class="once">
        ${request !== undefined && html`<a class="mono" href="${requestPath(request)}">${request.slice(0, 8)}</a>`}
      </td>`
    }
  </tr>`;
}

/** The stack of an error keeps its lines. */
function fieldWords([name, value]: [string, unknown]): string {
  if (typeof value !== 'object' || value === null || !('stack' in value)) return `${name}: ${JSON.stringify(value)}`;
  const { stack, ...rest } = value;
  return `${name}: ${JSON.stringify(rest)}\n${String(stack)}`;
}
