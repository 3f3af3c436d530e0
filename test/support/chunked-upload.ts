import type { TestUser } from './test-user.ts';

/**
 * Uploads one file as a form of unknown length, as some clients send it. Then there is no room in memory for it, and the
 * service must read from the bucket what it needs again.
 */
export async function uploadChunked(url: string, user: TestUser, bytes: Buffer) {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(bytes)]), 'DSC_0665');
  const { headers, body } = new Response(form);
  const reply = await fetch(`${url}/v1/photos`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${user.token}`, 'Content-Type': headers.get('Content-Type') ?? '' },
    body,
    duplex: 'half',
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}
