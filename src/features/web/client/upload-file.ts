import { digestOf } from './ask-worker.ts';

/** The largest file that goes by form, in bytes: App Engine takes 32 MB in one request. */
const FORM_LIMIT = 20 * 2 ** 20;

export type Outcome = 'created' | 'duplicate' | 'restored';

/** A refusal that the same request gets again. Its message is a text for people. */
export class Refused extends Error {}
/** The session of the page has ended. */
export class SignedOut extends Error {}

interface Progress {
  signal: AbortSignal;
  /** Is told how many bytes have arrived. */
  onBytes(bytes: number): void;
}

/**
 * Uploads one file: asks by digest whether it is there already, then sends small files by form, large ones by a session
 * that goes on where it broke off.
 * @throws Refused, SignedOut, TypeError when the network fails
 */
export async function uploadFile(
  file: File,
  caption: string,
  progress: Progress,
): Promise<{ outcome: Outcome; id: string }> {
  const sha256 = await digestIfPossible(file);
  const known = sha256 === undefined ? undefined : await check(sha256, progress.signal);
  if (known?.status === 'present') return { outcome: 'duplicate', id: known.id ?? '' };
  if (file.size <= FORM_LIMIT || sha256 === undefined) return byForm(file, caption, sha256, progress);
  return bySession(file, caption, sha256, progress);
}

/** Undefined where the browser starts no worker: then the server computes the digest alone. */
async function digestIfPossible(file: File): Promise<string | undefined> {
  try {
    return await digestOf(file);
  } catch (error) {
    if ((error as Error).name === 'NotSupportedError') return undefined;
    throw new Refused('This file cannot be read. Choose it again.');
  }
}

async function check(sha256: string, signal: AbortSignal) {
  const { items } = (await callApi('POST', '/v1/photos/check', { sha256: [sha256] }, signal)) as {
    items: { status: 'present' | 'trashed' | 'missing'; id?: string }[];
  };
  return items[0];
}

async function byForm(file: File, caption: string, sha256: string | undefined, { signal, onBytes }: Progress) {
  const form = new FormData();
  if (caption !== '') form.set('caption', caption);
  if (sha256 !== undefined) form.set('sha256', sha256);
  form.set('image', file);
  const { status, text } = await send('POST', '/v1/photos', form, signal, onBytes);
  const body = parse(text);
  if (status >= 400) throw faultOf(status, body);
  return { outcome: body['status'] as Outcome, id: (body['photo'] as { id: string }).id };
}

async function bySession(file: File, caption: string, sha256: string, { signal, onBytes }: Progress) {
  const { id, sessionUrl } = await openSession(file, sha256, signal);
  const { offset } = (await callApi('GET', `/v1/uploads/${id}`, undefined, signal)) as { offset: number };
  onBytes(offset);
  if (offset < file.size) {
    const range = { 'Content-Range': `bytes ${offset}-${file.size - 1}/${file.size}` };
    const { status } = await send(
      'PUT',
      sessionUrl,
      file.slice(offset),
      signal,
      (sent) => onBytes(offset + sent),
      range,
    );
    if (status >= 500) throw new TypeError('The bucket did not take the bytes now.');
  }
  const items = [{ upload: id, ...(caption === '' ? {} : { caption }) }];
  const { results } = (await callApi('POST', '/v1/photos/batch', { items }, signal)) as {
    results: { status: Outcome | 'failed'; photo?: { id: string }; problem?: Record<string, unknown> }[];
  };
  const [result] = results;
  if (!result || result.status === 'failed')
    throw faultOf(Number(result?.problem?.['status'] ?? 500), result?.problem ?? {});
  return { outcome: result.status, id: result.photo?.id ?? '' };
}

/** An open session for the same bytes is used again, also after a reload: the file is recognized by its digest. */
async function openSession(file: File, sha256: string, signal: AbortSignal) {
  const { items } = (await callApi('GET', '/v1/uploads', undefined, signal)) as {
    items: { id: string; sessionUrl: string; sha256: string; state: string }[];
  };
  const open = items.find((item) => item.sha256 === sha256 && item.state !== 'photo');
  if (open) return open;
  const body = { bytes: file.size, type: file.type, sha256, fileName: file.name };
  return (await callApi('POST', '/v1/uploads', body, signal)) as { id: string; sessionUrl: string };
}

async function callApi(
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const content =
    body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const reply = await fetch(path, { method, signal, ...content });
  const answer = parse(await reply.text());
  if (!reply.ok) throw faultOf(reply.status, answer);
  return answer;
}

/** Sends bytes by XMLHttpRequest, because `fetch` does not tell how many have gone. */
function send(
  method: string,
  url: string,
  body: FormData | Blob,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const request = new XMLHttpRequest();
  request.open(method, url);
  request.setRequestHeader('Accept', 'application/json');
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.addEventListener('progress', ({ loaded }) => onBytes(loaded));
  request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
  request.addEventListener('error', () => reject(new TypeError('The network failed.')));
  request.addEventListener('abort', () => reject(signal.reason as Error));
  signal.addEventListener('abort', () => request.abort(), { once: true });
  request.send(body);
  return promise;
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function faultOf(status: number, problem: Record<string, unknown>): Error {
  if (status === 401) return new SignedOut();
  // These replies say that the same request may succeed later.
  if (status === 429 || (status >= 500 && status !== 507)) return new TypeError(titleOf(problem));
  return new Refused(titleOf(problem));
}

const titleOf = ({ title }: Record<string, unknown>) => (typeof title === 'string' ? title : 'The upload was refused.');
