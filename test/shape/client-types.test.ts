import { expect, test } from 'vitest';
import { writeClientTypes, type DescribedApi } from '../../deploy/client-types.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

test('the types of the client are those of the current OpenAPI document', async () => {
  const document = (await (await fetch(`${world.url}/openapi.json`)).json()) as DescribedApi;
  const types = await writeClientTypes(document);
  // Mend it by `npm run client-types`.
  await expect(types).toMatchFileSnapshot('../../src/client/api-types.ts');
});
