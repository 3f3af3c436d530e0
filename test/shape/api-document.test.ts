import request from 'supertest';
import { expect, test } from 'vitest';
import { textOf } from '../support/repository.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

test('docs/api.md lists exactly the routes of the OpenAPI document, with their statuses', async () => {
  const { paths } = (await request(world.url).get('/openapi.json').expect(200)).body as {
    paths: Record<string, Record<string, { responses: object }>>;
  };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      const statuses = Object.keys(responses).filter((status) => status < '400');
      return `${method.toUpperCase()} ${path}: ${statuses.toSorted().join(' ')}`;
    }),
  );
  const rows = textOf('docs/api.md').matchAll(/^\| `((?:GET|POST|PATCH|PUT|DELETE) \S+)` +\|.*\| +([\d ]+?) +\|$/gm);
  const listed = Array.from(rows, ([, route, statuses]) => `${route}: ${statuses}`);
  expect(listed.toSorted()).toEqual(described.toSorted());
});
