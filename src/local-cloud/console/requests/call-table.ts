import { html, type Content } from '../../../runtime/html.ts';
import type { CloudCall } from '../../trace/call-log.ts';
import { indexWords, queryWords } from './call-words.ts';
import { bytesInWords } from '../words.ts';
import { msWords, timeOfDay } from './measures.ts';
import { entityLink, objectLink, requestPath, taskLink } from './request-links.ts';
import { attemptsOf, requestsOf } from './traced-requests.ts';

/** The request whose calls are shown, for their place in its time. */
interface Span {
  id: string;
  startedAt: number;
  ms: number;
}

/** Calls in the order given; with bars where they are those of one request. */
export function callTable(calls: CloudCall[], span?: Span): Content {
  const attempts = attemptsOf(calls);
  return html`<div class="table" tabindex="0" role="region" aria-label="Calls">
    <table>
      <thead>
        <tr>
          <th>${span ? 'After' : 'Time (UTC)'}</th>
          <th>Call</th>
          <th>What</th>
          <th>Operations</th>
          <th class="number">Sent, received</th>
          <th class="number">Took</th>
          ${span && html`<th class="when">When</th>`}
        </tr>
      </thead>
      <tbody>
        ${calls.map((call) => callRow(call, { span, attempt: attempts.get(call) }))}
      </tbody>
    </table>
  </div>`;
}

function callRow(call: CloudCall, { span, attempt }: { span: Span | undefined; attempt: number | undefined }): Content {
  const { startedAt, ms, service, method, requestBytes, replyBytes } = call;
  const isRefused = call.status !== 'OK' && !/^[123]/.test(call.status);
  return html`<tr>
    <td class="once mono">${span ? msWords(Math.max(0, startedAt - span.startedAt)) : timeOfDay(startedAt)}</td>
    <td class="once">
      <span class="soft">${service}</span> ${method.replace(/^storage\./, '')}
      ${attempt !== undefined && html`<span class="pill">attempt ${attempt}</span>`}
      ${isRefused && html`<br /><span class="bad">${call.status}</span>`}
      ${service === 'storage' && !isRefused && html`<span class="soft">${call.status}</span>`}
    </td>
    <td class="what">${[whatOf(call), sharedNote(call, span?.id)]}</td>
    <td class="once">${operationWords(call).map((words) => html`<div>${words}</div>`)}</td>
    <td class="number">${bytesInWords(requestBytes)}<br />${bytesInWords(replyBytes)}</td>
    <td class="number">${msWords(ms)}</td>
    ${span && html`<td class="when">${timeBar(call, span)}</td>`}
  </tr>`;
}

/** Operations as Google counts them; those of a refused commit in brackets, as they did not happen. */
function operationWords({ reads = 0, writes = 0, deletes = 0, status }: CloudCall): string[] {
  const named = { read: reads, write: writes, delete: deletes };
  const words = Object.entries(named).flatMap(([name, count]) =>
    count > 0 ? `${count} ${name}${count === 1 ? '' : 's'}` : [],
  );
  return status === 'OK' ? words : words.map((word) => `(${word})`);
}

/** What a call is about: entities, a query with its indexes, an object, a task, and why it was refused. */
function whatOf(call: CloudCall): Content {
  const { keys = [], changes = [], query, indexes, indexEntries, object, task, queue, message, found } = call;
  const isLookup = call.method === 'Lookup';
  return [
    message !== undefined && html`<p class="bad">${message}</p>`,
    query && html`<p class="mono">${queryWords(query)}</p>`,
    indexes &&
      html`<p class="soft">
        Index: ${[...new Set(indexes.map(indexWords))].join('; ')}. ${found} ${found === 1 ? 'row' : 'rows'} found.
      </p>`,
    isLookup &&
      listOf(
        keys.map((key) => entityLink(key)),
        call.reads ?? 0,
      ),
    isLookup && found !== call.reads && html`<p class="soft">${found} found.</p>`,
    changes.length > 0 &&
      listOf(
        changes.map(({ operation, key }) => [operation, ' ', entityLink(key)]),
        (call.writes ?? 0) + (call.deletes ?? 0),
      ),
    indexEntries !== undefined &&
      indexEntries > 0 &&
      html`<p class="soft">${indexEntries} index entries added or removed.</p>`,
    object && objectLink(object),
    task !== undefined ? taskLink(task) : queue,
  ];
}

/** How many entities a row shows before the reader asks for the rest. */
const SHOWN = 3;

function listOf(entries: Content[], total: number): Content {
  const rest = entries.slice(SHOWN);
  const more = total - SHOWN;
  return html`<ul class="plain">
      ${entries.slice(0, SHOWN).map((entry) => html`<li>${entry}</li>`)}
    </ul>
    ${
      rest.length > 0 &&
      html`<details>
        <summary>${more} more</summary>
        <ul class="plain">
          ${rest.map((entry) => html`<li>${entry}</li>`)}
          ${total > entries.length && html`<li class="soft">and ${total - entries.length} that are not kept</li>`}
        </ul>
      </details>`
    }`;
}

/** A call may serve several requests: a group commit, or lookups of one turn of the event loop. */
function sharedNote(call: CloudCall, own: string | undefined): Content {
  const others = requestsOf(call).filter((id) => id !== own);
  if (own === undefined || others.length === 0) return undefined;
  const links = others.map(
    (id, at) => html`${at > 0 && ', '}<a class="mono" href="${requestPath(id)}">${id.slice(0, 8)}</a>`,
  );
  const with_ = others.length === 1 ? '1 other request' : `${others.length} other requests`;
  return html`<p><span class="pill">shared</span> with ${with_}: ${links}</p>`;
}

const BAR_UNITS = 1_000;

/** The place of a call in the time of its request. An image, because the policy refuses inline styles. */
function timeBar({ startedAt, ms, service }: CloudCall, span: Span): Content {
  const scale = BAR_UNITS / Math.max(span.ms, 0.1);
  const start = Math.min(BAR_UNITS - 4, Math.max(0, (startedAt - span.startedAt) * scale));
  const width = Math.max(4, Math.min(BAR_UNITS - start, ms * scale));
  return html`<svg class="bar-of-time" viewBox="0 0 ${BAR_UNITS} 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="${BAR_UNITS}" height="10" />
    <rect class="${service}" x="${start.toFixed(1)}" width="${width.toFixed(1)}" height="10" />
  </svg>`;
}
