import { text as textOf } from 'node:stream/consumers';
import { rawBody } from '../../http/input/raw-body.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { AppError } from '../../runtime/errors.ts';
import { importLines } from './import-lines.ts';
import type { ImportDeps } from './line-result.ts';
import { readLine } from './manifest-line.ts';
import { ImportReply, MOST_BYTES, MOST_LINES } from './schemas.ts';

export const importRoutes = (deps: ImportDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/import',
    summary: 'Brings up to 500 lines of a manifest into your account, with a result for each.',
    description:
      'Upload the files first, by the usual routes: a line of a photo is matched by its sha256, and no link in it is ' +
      'followed. What you have said of a photo is taken: texts, tags, rating, favourite, archive, rotation, and date and place ' +
      'where they are yours. What the file says is read from the file. An album is made once, also if its line is sent again. ' +
      'Lines of other kinds are skipped. A line that fails does not affect the others.',
    access: 'user',
    scope: 'edit',
    rawBody: 'Lines as `GET /v1/export` answers them (`application/x-ndjson`), at most 500, and 8 MiB.',
    replies: { 200: ImportReply },
    errors: ['file-too-large', 'unsupported-media-type', 'upload-aborted'],
    async handle({ caller, request }) {
      const body = await textOf(rawBody(request, MOST_BYTES));
      const lines = body
        .split('\n')
        .map((text, at) => ({ text: text.trim(), line: at + 1 }))
        .filter(({ text }) => text !== '');
      if (lines.length > MOST_LINES) throw tooManyLines(lines.length);
      const results = await importLines(
        deps,
        caller,
        lines.map(({ text }) => readLine(text)),
      );
      return {
        status: 200,
        body: { results: results.map((result, at) => Object.assign({ line: lines[at]?.line }, result)) },
      };
    },
  }),
];

const tooManyLines = (count: number) =>
  new AppError('invalid-request', `The body has ${count} lines. Send at most ${MOST_LINES} at once.`);
