// --- token
export interface Session {
  /** Where the service is, as in `http://localhost:8080`. */
  service: string;
  /** An ID token, or a personal token. */
  token: string;
}

/** Sends a request and returns the JSON of its reply. */
export async function call<T>({ service, token }: Session, path: string, init: RequestInit = {}): Promise<T> {
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${token}`);
  const reply = await fetch(new URL(path, service), { ...init, headers });
  if (!reply.ok) throw new Error(((await reply.json()) as { detail: string }).detail);
  return (await reply.json()) as T;
}

/** Signs in by a name. The local profile alone can do this. */
export async function signInLocally(service: string, name: string): Promise<Session> {
  const reply = await fetch(`${service}/local/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  const { token } = (await reply.json()) as { token: string };
  return { service, token };
}

// --- upload
export interface Photo {
  id: string;
  caption: string;
  variants: Record<string, { url: string; cacheKey: string; width: number; height: number }>;
}

/** `key` stays the same when you try again: the photo is made once. */
export async function upload(session: Session, file: Blob, key: string): Promise<Photo> {
  const form = new FormData();
  form.set('caption', 'Evening at the lake');
  form.set('image', file, 'lake.jpg');
  const headers = { 'Idempotency-Key': key };
  const { photo } = await call<{ photo: Photo }>(session, '/v1/photos', { method: 'POST', headers, body: form });
  return photo;
}

// --- page
export interface Page {
  items: Photo[];
  next: string | null;
  prev: string | null;
}

export const firstPage = (session: Session) => call<Page>(session, '/v1/timeline?limit=50');

// --- picture
/** The address works without headers: in `<img src>`, in a native image view, in a mail. */
export function pictureUrl({ service }: Session, photo: Photo): URL {
  const { small } = photo.variants;
  if (!small) throw new Error('The smaller sizes do not exist yet.');
  return new URL(small.url, service);
}

// --- paging
/** All photos, newest first. Stop whenever you have enough: the next page is asked for when it is needed. */
export async function* timeline(session: Session): AsyncGenerator<Photo, undefined> {
  let cursor = '';
  do {
    const { items, next } = await call<Page>(session, `/v1/timeline?limit=50${cursor && `&cursor=${cursor}`}`);
    yield* items;
    cursor = next ?? '';
  } while (cursor !== '');
}

// --- changes
type Change = { kind: string; id: string; type: 'delete' } | { kind: string; type: 'upsert'; photo?: Photo };

/** Brings a copy up to date. Store the returned token with the copy, and give it the next time. */
export async function sync(session: Session, copy: Map<string, Photo>, token?: string): Promise<string> {
  for (;;) {
    const path = token === undefined ? '/v1/changes' : `/v1/changes?token=${token}`;
    const page = await call<{ changes: Change[]; token: string; more: boolean }>(session, path);
    for (const change of page.changes) {
      // Other kinds may come in a later version.
      if (change.kind !== 'photo') continue;
      if (change.type === 'delete') copy.delete(change.id);
      else if (change.photo) copy.set(change.photo.id, change.photo);
    }
    token = page.token;
    if (!page.more) return token;
  }
}

// --- session
/** Opens a session for a large file. Keep `id` and `sessionUrl` on the disk: they outlive the app. */
export async function openSession(session: Session, file: Blob) {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return call<{ id: string; sessionUrl: string }>(session, '/v1/uploads', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ bytes: file.size, type: file.type, sha256 }),
  });
}

/** Sends what is missing, and makes the photo. Call it again after a broken line. */
export async function finishSession(
  session: Session,
  file: Blob,
  { id, sessionUrl }: { id: string; sessionUrl: string },
) {
  const { offset } = await call<{ offset: number }>(session, `/v1/uploads/${id}`);
  if (offset < file.size) {
    const range = `bytes ${offset}-${file.size - 1}/${file.size}`;
    const sent = await fetch(sessionUrl, {
      method: 'PUT',
      headers: { 'Content-Range': range },
      body: file.slice(offset),
    });
    if (!sent.ok) throw new Error(`The bucket answered ${sent.status}. Try again.`);
  }
  const { results } = await call<{ results: { status: string; photo?: Photo }[] }>(session, '/v1/photos/batch', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ items: [{ upload: id }] }),
  });
  return results[0];
}

// --- grant
/** Addresses for the background uploader of the system: each takes one file by PUT, without credentials. */
export async function uploadGrants(session: Session, count: number): Promise<string[]> {
  const { grants } = await call<{ grants: { url: string }[] }>(session, '/v1/upload-grants', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ count }),
  });
  return grants.map(({ url }) => url);
}
