import type { Contract } from './endpoint.ts';

/** The unit of what a session keeps, in bytes. */
export const QUANTUM = 256 << 10;

export interface Opening {
  metadata?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** Further parameters, such as `ifGenerationMatch`. */
  query?: Record<string, string>;
}

/** Opens a resumable session as a bare HTTP client does, and returns its URI. */
export async function openSession(cloud: Contract, name: string, opening: Opening = {}): Promise<string> {
  const response = await postSession(cloud, name, opening);
  if (!response.ok) throw new Error(`The session was refused with ${response.status}: ${await response.text()}`);
  return response.headers.get('location')!;
}

export function postSession(cloud: Contract, name: string, { metadata = {}, headers = {}, query = {} }: Opening) {
  const search = new URLSearchParams({ uploadType: 'resumable', name, ...query });
  return fetch(`${cloud.base}/upload/storage/v1/b/${cloud.bucket.name}/o?${search.toString()}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(metadata),
  });
}

/** PUTs to a session. `range` is what follows `bytes ` in Content-Range. */
export function put(uri: string, range?: string, body?: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const contentRange: Record<string, string> = range === undefined ? {} : { 'content-range': `bytes ${range}` };
  return fetch(uri, { method: 'PUT', headers: { ...contentRange, ...headers }, ...(body ? { body } : {}) });
}

/** Status and Range header of a reply. */
export const progress = ({ status, headers }: Response) => [status, headers.get('range')];
