/** What the server replied. Without a network, and for a reply that is no page, there is no page. */
export interface FetchedPage {
  /** 0 without a reply. */
  status: number;
  page: Document | undefined;
}

/**
 * Fetches a page of ours as a document, after posting `form` if there is one. XMLHttpRequest parses the reply: markup is
 * never in a text that Trusted Types would have to allow, and scripts of the document do not run.
 */
export function fetchPage(href: string, form?: URLSearchParams): Promise<FetchedPage> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(form ? 'POST' : 'GET', href);
    request.responseType = 'document';
    request.setRequestHeader('Accept', 'text/html');
    request.addEventListener('load', () => resolve({ status: request.status, page: request.responseXML ?? undefined }));
    request.addEventListener('error', () => resolve({ status: 0, page: undefined }));
    request.send(form);
  });
}
