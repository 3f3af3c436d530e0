interface Schema {
  enum?: string[];
  contentMediaType?: string;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  example?: unknown;
  schema: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: Schema; example?: unknown }> };
}

interface Found {
  method: string;
  path: string;
  operation: Operation;
}

/** A form that sends a request of one operation with the session of this page, and shows the reply. */
export class TryOperation extends HTMLElement {
  connectedCallback(): void {
    const details = this.closest('details');
    const build = () =>
      void this.#build().catch(() => this.append(line('The form could not be loaded. Reload the page.')));
    details?.addEventListener('toggle', build, { once: true });
  }

  async #build(): Promise<void> {
    const found = await findOperation(this.dataset['operation']);
    const form = document.createElement('form');
    const { operation, method, path } = found;
    const body = Object.entries(operation.requestBody?.content ?? {}).flatMap(([type, media]) =>
      bodyFields(type, media),
    );
    const button = element('button', { textContent: `Send ${method} ${path}` });
    form.append(...(operation.parameters ?? []).map(parameterField), ...body, button);
    const output = element('div', { role: 'status' });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      // Any other method than GET changes something.
      if (method !== 'GET' && !confirm(`Send ${method} ${path}? It changes your account.`)) return;
      button.disabled = true;
      void send(found, new FormData(form))
        .then((shown) => output.replaceChildren(...shown))
        .catch(() => output.replaceChildren(line('No reply came. Check the connection and the fields.')))
        .finally(() => (button.disabled = false));
    });
    this.replaceChildren(form, output);
  }
}

let description: Promise<{ paths: Record<string, Record<string, Operation>> }> | undefined;

async function findOperation(id: string | undefined): Promise<Found> {
  description ??= fetch('/openapi.json').then((reply) => reply.json());
  for (const [path, methods] of Object.entries((await description).paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.operationId === id) return { method: method.toUpperCase(), path, operation };
    }
  }
  throw new Error(`There is no operation ${id}.`);
}

function parameterField({ in: place, name, required = false, example, schema }: Parameter): HTMLElement {
  const value = textOf(example);
  return field(
    `${place}:${name}`,
    `${name} (${place}${required ? '' : ', optional'})`,
    controlOf(schema, value, required),
  );
}

function controlOf({ enum: values }: Schema, example: string, required: boolean): HTMLInputElement | HTMLSelectElement {
  if (!values) return element('input', { value: required ? example : '', placeholder: example, required });
  const select = element('select', {});
  select.append(...(required ? [] : ['']).concat(values).map((each) => new Option(each, each)));
  return select;
}

function bodyFields(type: string, { schema = {}, example }: { schema?: Schema; example?: unknown }): HTMLElement[] {
  if (type === 'application/json') {
    const value = JSON.stringify(example, null, 2);
    return [field('body', 'Body', element('textarea', { value, rows: Math.min(16, value.split('\n').length + 1) }))];
  }
  if (type === '*/*') return [field('file', 'File', element('input', { type: 'file', required: true }))];
  return Object.entries(schema.properties ?? {}).map(([name, { contentMediaType }]) => {
    const required = schema.required?.includes(name) ?? false;
    const placeholder = textOf((example as Record<string, unknown> | undefined)?.[name]);
    const control = contentMediaType === undefined ? { placeholder } : { type: 'file', required };
    return field(`form:${name}`, `${name}${required ? '' : ' (optional)'}`, element('input', control));
  });
}

/** Sends what the form holds. An optional field that is empty is left out. */
async function send({ method, path, operation }: Found, form: FormData): Promise<HTMLElement[]> {
  const valueOf = (name: string) => textOf(form.get(name));
  const filled = (operation.parameters ?? []).filter(({ in: place, name }) => valueOf(`${place}:${name}`) !== '');
  const given = (place: string) =>
    filled.filter((each) => each.in === place).map(({ name }): [string, string] => [name, valueOf(`${place}:${name}`)]);
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(valueOf(`path:${name}`)));
  const query = new URLSearchParams(given('query')).toString();
  const headers = new Headers(given('header'));
  const body = bodyOf(operation, form, headers);
  const start = performance.now();
  const reply = await fetch(query === '' ? address : `${address}?${query}`, { method, headers, body });
  const bytes = await reply.blob();
  const tookMs = Math.round(performance.now() - start);
  const status = element('p', { textContent: `${reply.status} ${reply.statusText}, after ${tookMs} ms` });
  status.append(...(reply.status === 401 ? [' ', signInLink(operation.operationId)] : []));
  return [status, headersOf(reply), ...(bytes.size === 0 ? [] : [await shown(bytes)])];
}

function headersOf(reply: Response): HTMLElement {
  const details = element('details', {});
  const text = [...reply.headers].map((pair) => pair.join(': ')).join('\n');
  details.append(element('summary', { textContent: 'Headers' }), element('pre', { tabIndex: 0, textContent: text }));
  return details;
}

function bodyOf({ requestBody }: Operation, form: FormData, headers: Headers): BodyInit | null {
  const [type] = Object.keys(requestBody?.content ?? {});
  if (type === undefined) return null;
  if (type === '*/*') return form.get('file') as File;
  if (type === 'application/json') {
    headers.set('Content-Type', type);
    return textOf(form.get('body'));
  }
  const parts = new FormData();
  for (const [name, value] of form) {
    const isEmpty = typeof value === 'string' ? value === '' : value.size === 0;
    if (name.startsWith('form:') && !isEmpty) parts.append(name.slice('form:'.length), value);
  }
  return parts;
}

function signInLink(operation: string): HTMLElement {
  const href = `/sign-in?returnTo=${encodeURIComponent(`/docs#${operation}`)}`;
  return element('a', { href, textContent: 'Sign in, and come back.' });
}

async function shown(bytes: Blob): Promise<HTMLElement> {
  if (bytes.type.startsWith('image/')) return element('img', { src: URL.createObjectURL(bytes), alt: 'The picture' });
  const text = await bytes.text();
  return element('pre', { tabIndex: 0, textContent: bytes.type.includes('json') ? indented(text) : text });
}

const indented = (text: string) => JSON.stringify(JSON.parse(text), null, 2);

function field(
  name: string,
  text: string,
  control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement,
): HTMLElement {
  control.name = name;
  const label = element('label', { className: 'field', textContent: text });
  label.append(control);
  return label;
}

const textOf = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

const line = (textContent: string) => element('p', { textContent });

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}
