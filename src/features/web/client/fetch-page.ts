/**
 * Fetches another page of ours as a document. XMLHttpRequest parses it: markup is never in a text that Trusted Types
 * would have to allow, and scripts of the document do not run. Resolves to undefined if there is no such page now.
 */
export function fetchPage(href: string): Promise<Document | undefined> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('GET', href);
    request.responseType = 'document';
    request.addEventListener('load', () =>
      resolve(request.status === 200 ? (request.responseXML ?? undefined) : undefined),
    );
    request.addEventListener('error', () => resolve(undefined));
    request.send();
  });
}
