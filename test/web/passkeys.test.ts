import { expect, test } from 'vitest';
import { makePairingCode } from '../../src/features/pairing/pairing-codes.ts';
import { visitor } from '../sign-in/people.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium } from './chromium.ts';

const world = await startWorld();
const address = await secondInstance(world, {}, { IDENTITY: 'pairing' });
/** Browsers offer passkeys on localhost, and at no IP address. */
const url = address.replace('127.0.0.1', 'localhost');

const AUTHENTICATOR = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

describeInChromium('passkeys in Chromium', { url }, ({ open, tolerate }) => {
  test('a passkey is added in the settings, signs in without a code, counts up, and is removed', async () => {
    const page = await open();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: AUTHENTICATOR });
    const credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

    const { code } = await makePairingCode(world);
    await page.goto(`/pair?code=${code}`);
    await page.getByLabel('Your name').fill('ana');
    await page.getByRole('button', { name: 'Pair' }).click();
    await page.goto('/settings');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('Your passkey is added.').waitFor();
    const [made] = await credentials();
    expect(made).toMatchObject({ rpId: 'localhost', isResidentCredential: true });
    // The authenticator has one for this account already.
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('The passkey was not used. Nothing was changed.').waitFor();

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.goto('/sign-in?returnTo=%2Farchive');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('Sign out').waitFor();
    expect(new URL(page.url()).pathname).toBe('/archive');
    const { items } = (await (await page.request.get('/v1/passkeys')).json()) as {
      items: { lastUsedAt: string | null }[];
    };
    expect(items).toMatchObject([{ name: 'Chrome on Linux', lastUsedAt: expect.any(String) }]);

    // A copy of the authenticator is behind the counter that is stored.
    await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: made?.credentialId ?? '' });
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...made, signCount: 0 } as never });
    const signIn = async () => {
      await page.goto('/sign-in');
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    };
    tolerate(/status of 403/);
    await signIn();
    await page.getByText('This passkey does not sign you in here.').waitFor();

    await page.goto('/settings');
    await page.getByRole('button', { name: /^Remove the passkey/ }).click();
    await page.getByText('The passkey is removed.').waitFor();
    await signIn();
    await page.getByText('This passkey does not sign you in here.').waitFor();
  });

  test('the settings say why no passkey can be added at an IP address, and the button needs script', async () => {
    const page = await open({ baseURL: address });
    const { code } = await makePairingCode(world);
    await page.goto(`/pair?code=${code}`);
    await page.getByLabel('Your name').fill('bea');
    await page.getByRole('button', { name: 'Pair' }).click();
    await page.goto('/settings');
    await page.getByText('To add a passkey, open this page by https or on localhost.').waitFor();
    expect((await visitor(url).get('/sign-in')).text).toMatch(/<button type="button" hidden>Sign in with a passkey/);
  });
});
