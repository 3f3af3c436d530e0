import type { Call } from '../support/http-client.ts';

/** A request as a line for a shell. A body that is no plain text is sent through base64. */
export function asCurl(url: string, { method, path, headers = {}, body }: Call): string {
  const shown = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const target = `--path-as-is ${quote(url + path)}`;
  const how = method === 'HEAD' ? '--head' : `-X ${method}`;
  const bytes = Buffer.from(body ?? '');
  if (bytes.length === 0) return ['curl -si', how, ...shown, target].join(' ');
  const plain = /^[\x20-\x7e]*$/.test(bytes.toString('latin1'));
  if (plain) return ['curl -si', how, ...shown, `--data-binary ${quote(bytes.toString())}`, target].join(' ');
  return [`echo ${bytes.toString('base64')} | base64 -d | curl -si`, how, ...shown, '--data-binary @-', target].join(
    ' ',
  );
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
