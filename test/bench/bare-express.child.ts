import express from 'express';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';

// The reference of pages, pictures and of the cold start: Express with one route, which stringifies one object as Express
// comes, or sends a file from memory, without the tag that Express would compute for each answer.
const [, , file] = process.argv;

const app = express();
if (file?.endsWith('.jpg')) {
  const bytes = readFileSync(file);
  app.disable('etag').get('/', (_request, response) => void response.type('jpg').send(bytes));
} else {
  const page: unknown = file === undefined ? { ok: true } : JSON.parse(readFileSync(file, 'utf8'));
  app.get('/', (_request, response) => void response.json(page));
}
const server = app.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
