import type { Operation } from './api-document.ts';
import type { Endpoint } from './docs-operation.ts';
import { html, type Content } from '../../../runtime/html.ts';

/** Renders a request for a shell and the reply to it. With script, a form beside them sends the request. */
export function exampleBlock(endpoint: Endpoint): Content {
  const { operationId, responses } = endpoint.operation;
  const [status, reply] = exampleReply(responses);
  return html`<div class="snippets">
    <details>
      <summary>Try it</summary>
      <pre tabindex="0"><code>${curlOf(endpoint)}</code></pre>
      ${
        reply !== undefined &&
        html`<p>The reply ${status} is, for example:</p>
          <pre tabindex="0"><code>${JSON.stringify(reply, null, 2)}</code></pre>`
      }
      <try-operation data-operation="${operationId}"></try-operation>
    </details>
  </div>`;
}

function exampleReply(responses: Operation['responses']): [status: string, example: unknown] {
  const [status = '', { content = {} } = {}] = Object.entries(responses).findLast(([status]) => status < '300') ?? [];
  return [status, content['application/json']?.example];
}

/** The line for a shell in which `SERVICE` and `TOKEN` are set, as in the guide. */
function curlOf({ method, path, operation }: Endpoint): string {
  const { parameters, security, requestBody } = operation;
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(parameters.find((each) => each.in === 'path' && each.name === name)?.example)),
  );
  const query = parameters
    .filter(({ in: place, required }) => place === 'query' && required)
    .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`);
  const verb = method === 'get' ? '' : ` -X ${method.toUpperCase()}`;
  const lines = [
    `curl${verb} "$SERVICE${address}${query.length > 0 ? `?${query.join('&')}` : ''}"`,
    ...(security.length > 0 ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema, example }]) => {
      if (type === 'application/json')
        return ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(example))}`];
      if (type === '*/*') return ['--data-binary @DSC_0665.jpg'];
      return Object.entries(example as Record<string, string>).map(([name, value]) =>
        schema?.properties?.[name]?.['contentMediaType'] === undefined
          ? `-F ${quoted(`${name}=${value}`)}`
          : `-F ${name}=@DSC_0665.jpg`,
      );
    }),
  ];
  return lines.join(' \\\n  ');
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
