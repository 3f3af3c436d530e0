import { expect, test } from 'vitest';
import { makePairingCode } from '../../src/features/pairing/pairing-codes.ts';
import { authenticator } from '../passkeys/authenticator.ts';
import { chaosWith } from '../support/chaos.ts';
import { costRow, figures } from '../support/cost-table.ts';
import { countedDatastore, type Cost } from '../support/counted-datastore.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';
import { enterName, visitor } from './people.ts';

const world = await startWorld();
const line = await countedDatastore(world.cloud.endpoints.datastore);
const issuer = world.cloud.endpoints.issuer;
const withIssuer = await secondInstance(world, { datastore: line.endpoint }, { IDENTITY: `oidc:${issuer}|photos` });
const alone = (await secondInstance(world, { datastore: line.endpoint }, { IDENTITY: 'pairing' })).replace(
  '127.0.0.1',
  'localhost',
);

async function costOf(request: () => Promise<unknown>): Promise<Cost> {
  line.taken();
  await request();
  return line.taken();
}

test('a sign-in at an issuer and a linked identity cost what the table says', async ({ skip }) => {
  skip(chaosWith('abort'), 'Left out in chaos: it counts operations.');
  const ana = visitor(withIssuer);
  const begun = async (name: string) => {
    const { headers } = await ana.get(`/sign-in?with=${encodeURIComponent(issuer)}`);
    return enterName(headers['location'] ?? '', { name });
  };
  await ana.get(await begun('ana'));
  ana.cookies.delete('session');
  const callback = await begun('ana');
  const rows = [costRow('sign-in at an issuer', await costOf(() => ana.get(callback)))];
  const page = await ana.post('/settings', { act: 'link-identity', issuer });
  const location = (/url=([^"]*)"/.exec(page.text)?.[1] ?? '').replaceAll('&#38;', '&');
  const linking = await enterName(location, { name: 'ana-at-work' });
  rows.push(costRow('link an identity', await costOf(() => ana.get(linking))));
  rows.push(costRow('list of linked identities, of one', await costOf(() => ana.get('/v1/me/identities'))));
  expect(rows.filter((row) => !figures.includes(row))).toEqual([]);
});

test('a pairing and a passkey cost what the table says', async ({ skip }) => {
  skip(chaosWith('abort'), 'Left out in chaos: it counts operations.');
  await visitor(alone).post('/pair', { code: (await makePairingCode(world)).code, name: 'bea' });
  const bea = visitor(alone);
  const { code } = await makePairingCode(world);
  const rows = [costRow('pair a browser', await costOf(() => bea.post('/pair', { code, name: 'bea' })))];
  const key = authenticator(alone);
  const options = await bea.send('/v1/passkeys/options');
  const made = key.create(options.body as never);
  rows.push(costRow('add a passkey', await costOf(() => bea.send('/v1/passkeys', made))));
  bea.cookies.clear();
  const challenge = await bea.send('/v1/session/passkey/options');
  const signed = key.get(challenge.body as never);
  rows.push(costRow('sign-in by a passkey', await costOf(() => bea.send('/v1/session/passkey', signed))));
  expect(rows.filter((row) => !figures.includes(row))).toEqual([]);
});
