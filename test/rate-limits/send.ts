/** Sends `count` requests, one after the other. */
export async function send<R>(count: number, once: () => PromiseLike<R>): Promise<R[]> {
  const replies: R[] = [];
  for (let sent = 0; sent < count; sent++) replies.push(await once());
  return replies;
}

export const countOf = (replies: { status: number }[], status: number) =>
  replies.filter((reply) => reply.status === status).length;

/** The header by which App Engine's front end names the address of a client. */
export const from = (address: string) => ({ 'X-AppEngine-User-IP': address });
