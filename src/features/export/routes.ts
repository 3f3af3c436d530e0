import { defineRoute, type Route } from '../../http/route.ts';
import { exportReply, type ExportDeps } from './export-reply.ts';
import { ExportQuery } from './schemas.ts';

export const exportRoutes = (deps: ExportDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/export',
    summary: 'All that your account holds, as a manifest of lines: settings, shares, photos and albums.',
    description:
      'Each line is a JSON object with a `kind`. The first page begins with a line `account` and the lines `share`. Then ' +
      'photos and albums follow in the order of their last change, as `GET /v1/changes?fields=all` has them. A photo also ' +
      'has `file`, which is what its file says where you have said otherwise, `checksums` of its bytes, and `ranks`, its ' +
      'places in albums that are ordered by hand. The last line has the kind `end`: send its `token` for the next page while ' +
      '`more` is true. A later request with the last token has what has changed since, deletions among it. Skip kinds that ' +
      'you do not know. Fetch each original by the URL in its line, and compare its sha256.',
    access: 'user',
    scope: 'export',
    query: ExportQuery,
    replies: { 200: 'application/x-ndjson' },
    errors: ['cursor-invalid', 'cursor-mismatch', 'resync'],
    handle: ({ query, caller }) => exportReply(deps, caller, query),
  }),
];
