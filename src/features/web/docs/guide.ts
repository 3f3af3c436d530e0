import { readFileSync } from 'node:fs';
import { html, type Content } from '../../../runtime/html.ts';
import { prose } from './prose.ts';

/** The languages of the examples, by the endings of their files. */
const LANGUAGES = { sh: 'curl', ts: 'TypeScript', swift: 'Swift', kt: 'Kotlin' } as const;

interface Step {
  title: string;
  /** Paragraphs. Backquotes mark code. */
  text: readonly string[];
  /** The name of its part in each file of examples. */
  example?: string;
}

/** How to build an app on the API, in the order of a first app. */
const STEPS: readonly Step[] = [
  {
    title: 'Get a token',
    example: 'token',
    text: [
      'Send a token with each request: `Authorization: Bearer <token>`. It is an ID token of the issuer that the service trusts ' +
        '(Google, Firebase, or your own), or a personal token that you have made in the settings. Renew an ID token before it ' +
        'ends: a reply of 401 says that it has.',
      'The local profile signs in by any name. From an Android emulator the computer is `10.0.2.2`.',
      'For TypeScript there is a client without dependencies, `photo-timeline/client`: tokens that are renewed, uploads that ' +
        'continue, sync, pictures, and every operation with its types. The examples below do without it, to show the requests.',
    ],
  },
  {
    title: 'Upload the first photo',
    example: 'upload',
    text: [
      'Send a form with the file in `image`. The reply is 201 with the photo; 200 says that the account had these bytes already. ' +
        'Give each photo an `Idempotency-Key` of its own, and keep it when you try again: then a lost reply makes no second photo.',
    ],
  },
  {
    title: 'Show the first page',
    example: 'page',
    text: [
      'The newest photos come first. A photo that was just uploaded is in the very next page, on every device.',
      'Keep the `ETag` of the reply and send it in `If-None-Match`: a page without news costs 304 and no bytes.',
    ],
  },
  {
    title: 'Show a picture',
    example: 'picture',
    text: [
      'Each photo has `variants`: `thumb` (256 pixels at the longer side), `small` (640), `medium` (1280) and `large` (2048). Until the ' +
        'bytes arrive, show `placeholder` (a thumbhash) in the shape of `width` and `height`.',
      'The URL carries a token that changes every 12 hours. Use `cacheKey` as the key of your picture cache: it stays the same.',
    ],
  },
  {
    title: 'Page through all photos',
    example: 'paging',
    text: [
      '`next` is the cursor of the page after this one, and null at the end; nothing else marks the end.',
      'Photos that arrive meanwhile move nothing: no photo is skipped or shown twice.',
    ],
  },
  {
    title: 'Load while a person scrolls',
    example: 'loading',
    text: [
      'An app can ask for the next page when the last cell appears, when an extra loading cell appears, or when the scroll ' +
        'position nears the end. The last way is the smoothest: ask some 20 photos ahead. In all three, ask once at a time.',
    ],
  },
  {
    title: 'Keep a copy: what has changed',
    example: 'changes',
    text: [
      '`GET /v1/changes` lists all photos at first, and then only what has changed since the token that you stored. Store the token ' +
        'in the same transaction as the photos. The code `resync` (410) says that the token is too old: drop the copy and start without one.',
    ],
  },
  {
    title: 'Uploads that survive: sessions',
    example: 'session',
    text: [
      'A session takes files of up to 200 MiB straight to the bucket, and goes on where a line broke. The digest must be known ' +
        'before the first byte. A session lives for 24 hours.',
    ],
  },
  {
    title: 'Uploads that survive: grants',
    example: 'grant',
    text: [
      'A grant is an address that takes one file by PUT, without credentials, for up to 14 days. Hand it to the background ' +
        'uploader of the system: it may repeat the request as often as it likes. Duplicates are answered 200, never by an error.',
    ],
  },
  {
    title: 'Errors',
    text: [
      'Every error is JSON of the type `application/problem+json`. Decide by `code`, which never changes its meaning; show nothing of ' +
        '`detail` to people. With `retryable: true`, send the same request again after `Retry-After` seconds. 401 means: sign in ' +
        'again. 404 stands also for what belongs to others. Any other 4xx stays as it is until the request is another one.',
    ],
  },
  {
    title: 'Limits',
    text: [
      '`GET /v1/limits` states all of them: sizes, counts, requests a minute. `RateLimit` on a reply tells what is left. Above a limit ' +
        'the reply is 429 with `Retry-After`, 413 for a file that is too large, or 507 for a full account, and nothing is stored.',
    ],
  },
  {
    title: 'Consistency',
    text: [
      'A reply of success means that the change is stored and is in every later read: of this app, of other devices, on any ' +
        'instance. The smaller sizes of a photo follow within seconds; until then their URLs wait for them.',
    ],
  },
];

/** Renders the guide with its examples. Reads their files each time. */
export function guide(): Content {
  const examples = Object.keys(LANGUAGES).map((ending) => [ending, readExamples(ending)] as const);
  return html`<section aria-labelledby="guide">
    <h2 id="guide">Guide</h2>
    ${STEPS.map(
      ({ title, text, example }, at) =>
        html`<article class="step" id="guide-${at + 1}">
          <h3>${at + 1}. ${title}</h3>
          ${text.map((paragraph) => html`<p>${prose(paragraph)}</p>`)}
          ${example !== undefined && snippets(example, examples)}
        </article>`,
    )}
  </section>`;
}

/** Only one of the languages is open at a time: details of the same name close each other. A long example scrolls by keys. */
const snippets = (example: string, examples: readonly (readonly [string, Map<string, string>])[]): Content =>
  html`<div class="snippets">
    ${examples
      .filter(([, parts]) => parts.has(example))
      .map(
        ([ending, parts], at) =>
          html`<details name="${example}" ${at === 0 && html`open`}>
            <summary>${LANGUAGES[ending as keyof typeof LANGUAGES]}</summary>
            <pre tabindex="0"><code>${parts.get(example)}</code></pre>
          </details>`,
      )}
  </div>`;

/** The parts of the files of examples in a language: each begins with a comment `--- name`. Curl shows no lists. */
function readExamples(ending: string): Map<string, string> {
  const files = ending === 'sh' ? ['guide'] : ['guide', 'loading'];
  const read = (name: string) => readFileSync(new URL(`../assets/guide/${name}.${ending}`, import.meta.url), 'utf8');
  const parts = files.flatMap((name) =>
    read(name)
      .split(/^(?:\/\/|#) --- (\w+)\n/m)
      .slice(1),
  );
  return new Map(
    Array.from({ length: parts.length / 2 }, (_, at) => [parts[2 * at] ?? '', (parts[2 * at + 1] ?? '').trim()]),
  );
}
