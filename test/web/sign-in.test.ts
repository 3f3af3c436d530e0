import { afterAll, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { CLIENT, openSecondProvider } from '../sign-in/second-provider.ts';
import { checked } from '../support/checked.ts';
import { secondInstance } from '../support/second-instance.ts';
import { START, startWorld } from '../support/world.ts';
import { describeInChromium } from './chromium.ts';

const world = await startWorld();
// The second provider reads the time of this machine.
await world.step(Date.now() - START);
const standIn = world.cloud.endpoints.issuer;
const second = await openSecondProvider();
afterAll(second.stop);
const url = await secondInstance(
  world,
  {},
  {
    IDENTITY: `oidc:${standIn}|photos,oidc:${second.issuer}|${CLIENT.id}`,
    CLIENT_SECRETS: `${CLIENT.id}=${CLIENT.secret}`,
    REGISTRATION: 'list:nora@example.org',
  },
);
await second.serve('nora', `${url}/sign-in/callback`);

describeInChromium('a sign-in by button', { url }, ({ open, tolerate }) => {
  const account = async (page: Awaited<ReturnType<typeof open>>) =>
    checked(Me, await (await page.request.get('/v1/me')).json());

  test('a second provider signs in whom its userinfo names, and leads back', async () => {
    const page = await open();
    const refused = await page.goto('/archive');
    expect(refused?.status()).toBe(401);
    tolerate(/status of 401/);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: `Continue with ${new URL(second.issuer).host}` }).click();
    await page.getByRole('button', { name: 'I am nora' }).click();
    await page.getByText('Sign out').waitFor();
    expect(new URL(page.url()).pathname).toBe('/archive');
    expect(await account(page)).toMatchObject({ handle: 'nora', mail: { address: 'nora@example.org' } });

    // A second identity, by the form of the settings. Only invited people may begin an account by it.
    await page.goto('/settings');
    await page.getByRole('button', { name: `Add a sign-in with ${new URL(standIn).host}` }).click();
    await page.getByLabel('Name').fill('nora at home');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('From now on you can sign in with it, too.').waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  });

  test('the stand-in signs in to the linked account, and a cancelled one is told in words', async () => {
    const page = await open();
    await page.goto('/');
    await page.getByRole('link', { name: `Continue with ${new URL(standIn).host}` }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('You have not finished the sign-in').waitFor();
    tolerate(/status of 403/);
    await page.getByRole('link', { name: `Continue with ${new URL(standIn).host}` }).click();
    await page.getByLabel('Name').fill('nora at home');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Sign out').waitFor();
    expect(await account(page)).toMatchObject({ handle: 'nora' });
  });
});
