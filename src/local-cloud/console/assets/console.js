// Shows the parts of a page again that change: `<div id="list" data-live="requests">` for each event of that topic. All
// else works without script.

/** Fetches this page once more. XMLHttpRequest parses it, so that no text has to become markup (Trusted Types). */
function fetchAgain() {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('GET', location.href);
    request.responseType = 'document';
    request.addEventListener('load', () => resolve(request.status === 200 ? request.responseXML : undefined));
    request.addEventListener('error', () => resolve(undefined));
    request.send();
  });
}

/** Replaces the part, unless its reader is in it: the focus and what is typed there would be lost. */
async function showAgain(id) {
  const fresh = (await fetchAgain())?.getElementById(id);
  const part = document.getElementById(id);
  if (!fresh || !part || part.contains(document.activeElement)) return;
  const open = new Set(Array.from(part.querySelectorAll('details[open][id]'), (details) => details.id));
  for (const details of fresh.querySelectorAll('details[id]')) details.open ||= open.has(details.id);
  part.replaceWith(fresh);
}

for (const { id, dataset } of document.querySelectorAll('[data-live][id]')) {
  const events = new EventSource(`/live?of=${encodeURIComponent(dataset.live)}`);
  let running = false;
  events.addEventListener('message', () => {
    if (running || document.hidden) return;
    running = true;
    void showAgain(id).finally(() => (running = false));
  });
}

// Pages that show values to copy have a button for it, which is of no use without script.
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const text = document.getElementById(button.dataset.copy)?.textContent ?? '';
    void navigator.clipboard.writeText(text).then(() => (button.textContent = 'Copied'));
  });
}
