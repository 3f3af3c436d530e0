import express from 'express';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';

// The reference of pages and of the cold start: Express as it comes, with one route that stringifies one object.
const [, , pageFile] = process.argv;
const page: unknown = pageFile === undefined ? { ok: true } : JSON.parse(readFileSync(pageFile, 'utf8'));

const app = express();
app.get('/', (_request, response) => void response.json(page));
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
