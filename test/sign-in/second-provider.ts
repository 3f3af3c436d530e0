import { exportJWK, generateKeyPair } from 'jose';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { id: 'photos', secret: 'a secret: 100% & more' };

/** A second OpenID provider on a port of its own. */
export interface SecondProvider {
  issuer: string;
  /** Serves `person`, whom its form signs in by one button, to the client with this redirect URI. */
  serve(person: string, redirectUri: string): Promise<void>;
  stop(): void;
}

/** Opens the port, so that the issuer is known before its client is. */
export async function openSecondProvider(): Promise<SecondProvider> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    async serve(person, redirectUri) {
      const provider = await createProvider(issuer, redirectUri);
      const answer = provider.callback();
      server.on('request', (request, response) => {
        if (!request.url?.startsWith('/interaction/')) {
          void answer(request, response);
          return;
        }
        if (request.method === 'POST') {
          void provider.interactionFinished(request, response, { login: { accountId: person } });
          return;
        }
        response.setHeader('Content-Type', 'text/html');
        response.end(
          `<!doctype html><link rel="icon" href="data:,"><form method="post"><button>I am ${person}</button></form>`,
        );
      });
    },
    stop: () => void server.close(),
  };
}

/**
 * `oidc-provider` takes the secret of this client by HTTP Basic alone, and tells the address of a person at its userinfo
 * endpoint alone.
 */
async function createProvider(issuer: string, redirectUri: string): Promise<Provider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    clientAuthMethods: ['client_secret_post', 'client_secret_basic'],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', kid: 'key', use: 'sig' }] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
    cookies: { keys: ['a key of the test'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        preferred_username: accountId,
        email: `${accountId}@example.org`,
        email_verified: true,
      }),
    }),
    async loadExistingGrant({ oidc: { client, session, provider } }) {
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
}
