import { expect, test } from 'vitest';
import { failure } from './contract.ts';
import { connectRaw, projectId } from './raw-client.ts';

const UNIMPLEMENTED = 12;

test('what the stand-in does not do it names, and gives no wrong result', async () => {
  const client = await connectRaw();
  const gqlQuery = { queryString: 'SELECT * FROM Kind', allowLiterals: true };
  expect(await failure(client.runQuery({ projectId, gqlQuery }))).toMatchObject({
    code: UNIMPLEMENTED,
    details: expect.stringContaining('GqlQuery'),
  });
  const explained = client.runQuery({
    projectId,
    query: { kind: [{ name: 'Kind' }] },
    explainOptions: { analyze: true },
  });
  expect(await failure(explained)).toMatchObject({
    code: UNIMPLEMENTED,
    details: expect.stringContaining('ExplainOptions'),
  });
});
