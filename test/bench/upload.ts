import { once } from 'node:events';
import { request, type Agent, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Upload {
  /** Base URL of the program. */
  url: string;
  token: string;
  agent: Agent;
}

const BOUNDARY = 'one-boundary-for-all-uploads';
const HEAD =
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n` +
  'Content-Type: image/jpeg\r\n\r\n';
const TAIL = `\r\n--${BOUNDARY}--\r\n`;

/** Posts one photo, given in parts so that uploads can share the bulk of their bytes. Rejects unless it was created. */
export async function upload({ url, token, agent }: Upload, parts: Buffer[]): Promise<void> {
  const body = [Buffer.from(HEAD), ...parts, Buffer.from(TAIL)];
  const sent = request(`${url}/v1/photos`, {
    method: 'POST',
    agent,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
      'Content-Length': body.reduce((sum, { length }) => sum + length, 0),
    },
  });
  for (const part of body) sent.write(part);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 201) throw new Error(`An upload was answered with ${response.statusCode}: ${answer}`);
}
