import { setTimeout as after } from 'node:timers/promises';
import type * as OpenidClient from 'openid-client';
import type { ClientAuth, Configuration, ServerMetadata } from 'openid-client';
import { isLoopback } from '../../runtime/loopback.ts';
import type { Clock } from '../../runtime/clock.ts';
import { once } from '../../runtime/lazy.ts';
import { ExpiringCache } from '../accounts/expiring-cache.ts';
import type { IssuerReply } from '../accounts/page-sign-in.ts';
import type { AttemptSecrets } from './attempt.ts';
import type { Provider } from './providers.ts';
import { SignInFault } from './sign-in-fault.ts';

/** Loaded with the first sign-in at an issuer: a start does not need it. */
const library = once(() => import('openid-client'));

/** Time that an issuer has for one reply. */
const TIMEOUT_SECONDS = 5;

/** How long what an issuer says of itself is kept. */
const METADATA_MS = 3_600_000;

/** Time until an issuer that has not described itself is asked again. */
const RETRY_MS = 60_000;

/** The longest that a page waits for what an issuer says of itself. */
const PATIENCE_MS = 1_000;

const MOST_ISSUERS = 100;

/** The authorization code flow with PKCE at one issuer (OpenID Connect Core 1.0, section 3.1, and RFC 7636). */
export class CodeFlow {
  readonly #clock: Clock;
  readonly #metadata: ExpiringCache<ServerMetadata>;
  /** Whether an issuer has an authorization endpoint. */
  readonly #offers: ExpiringCache<boolean>;

  constructor(deps: { clock: Clock }) {
    this.#clock = deps.clock;
    this.#metadata = new ExpiringCache(deps, MOST_ISSUERS);
    this.#offers = new ExpiringCache(deps, MOST_ISSUERS);
  }

  /**
   * Whether people can sign in at an issuer, as far as that is known: an issuer that does not describe itself in time counts
   * as one where they can.
   */
  canBegin(provider: Provider): Promise<boolean> {
    const known = this.#offers.get(provider.issuer, async () => {
      const now = this.#clock.now();
      try {
        const { authorization_endpoint: endpoint } = await this.#metadataOf(provider);
        return { value: endpoint !== undefined, until: now + METADATA_MS };
      } catch {
        return { value: true, until: now + RETRY_MS };
      }
    });
    return Promise.race([known, after(PATIENCE_MS, true, { ref: false })]);
  }

  /**
   * Returns where a browser begins a sign-in.
   * @param maxAgeSeconds How long ago the person may have signed in at the issuer.
   * @throws SignInFault busy, refused
   */
  async begin(
    provider: Provider,
    { state, nonce, codeVerifier }: AttemptSecrets,
    { redirectUri, maxAgeSeconds }: { redirectUri: string; maxAgeSeconds?: number | undefined },
  ): Promise<URL> {
    const client = await library();
    const config = await this.#configuration(provider);
    if (!config.serverMetadata().authorization_endpoint) {
      throw new SignInFault('refused', `${provider.issuer} has no authorization endpoint.`);
    }
    return client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid email profile',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
    });
  }

  /**
   * Exchanges the code in a callback for what the issuer says of the person.
   * @param callback The redirect URI with the parameters that the issuer has added.
   * @throws SignInFault
   */
  async finish(
    provider: Provider,
    { state, nonce, codeVerifier }: AttemptSecrets,
    callback: URL,
  ): Promise<IssuerReply> {
    const client = await library();
    const [first, second] = authentications(client, await this.#metadataOf(provider), provider.clientSecret);
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    };
    const exchange = async (authentication: ClientAuth | undefined) => {
      const config = await this.#configuration(provider, authentication);
      return { config, tokens: await client.authorizationCodeGrant(config, callback, checks) };
    };
    try {
      const { config, tokens } = await exchange(first).catch((error: unknown) => {
        if (second && isUnknownClient(client, error)) return exchange(second);
        throw error;
      });
      const claims = tokens.claims();
      const idToken = tokens.id_token ?? '';
      // Some issuers tell the address at their userinfo endpoint alone (OpenID Connect Core 1.0, section 5.4).
      if (claims?.['email'] !== undefined || !claims || !config.serverMetadata().userinfo_endpoint) return { idToken };
      return { idToken, userinfo: await client.fetchUserInfo(config, tokens.access_token, claims.sub) };
    } catch (cause) {
      throw faultOf(client, provider, cause);
    }
  }

  /** @throws SignInFault busy */
  #metadataOf(provider: Provider): Promise<ServerMetadata> {
    return this.#metadata.get(provider.issuer, async () => ({
      value: await discover(provider),
      until: this.#clock.now() + METADATA_MS,
    }));
  }

  async #configuration(provider: Provider, authentication?: ClientAuth): Promise<Configuration> {
    const client = await library();
    const metadata = await this.#metadataOf(provider);
    // The clock of the service counts, as for every token.
    const skew = { [client.clockSkew]: Math.round((this.#clock.now() - Date.now()) / 1000) };
    const config = new client.Configuration(metadata, provider.clientId, skew, authentication);
    config.timeout = TIMEOUT_SECONDS;
    if (isInsecure(provider)) client.allowInsecureRequests(config);
    return config;
  }
}

/** @throws SignInFault busy */
async function discover(provider: Provider): Promise<ServerMetadata> {
  const client = await library();
  const execute = isInsecure(provider) ? [client.allowInsecureRequests] : [];
  try {
    const found = await client.discovery(new URL(provider.issuer), provider.clientId, undefined, undefined, {
      execute,
      timeout: TIMEOUT_SECONDS,
    });
    return found.serverMetadata();
  } catch (cause) {
    throw new SignInFault('busy', `${provider.issuer} could not be discovered.`, { cause });
  }
}

/** Only the configuration allows plain http, and only on loopback. */
const isInsecure = ({ issuer }: Provider) => {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && isLoopback(hostname.replaceAll(/[[\]]/g, ''));
};

type Library = typeof OpenidClient;

/**
 * The ways in which the client may authenticate, in the order in which the issuer lists them. Without a list it is
 * `client_secret_basic` (Discovery 1.0, section 3). Some issuers take only the one with which the client was registered.
 */
function authentications(client: Library, metadata: ServerMetadata, secret: string | undefined): ClientAuth[] {
  if (secret === undefined) return [client.None()];
  const ways: Record<string, ClientAuth> = {
    client_secret_basic: client.ClientSecretBasic(secret),
    client_secret_post: client.ClientSecretPost(secret),
  };
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = metadata;
  return methods.flatMap((method) => ways[method] ?? []);
}

/** Whether the issuer did not accept how the client has authenticated (RFC 6749, section 5.2). */
const isUnknownClient = (client: Library, error: unknown) =>
  error instanceof client.WWWAuthenticateChallengeError ||
  (error instanceof client.ResponseBodyError && error.error === 'invalid_client');

/** Errors of an issuer by which the person only has to try again later (RFC 6749, section 4.1.2.1). */
const PASSING = new Set(['server_error', 'temporarily_unavailable']);

/** What an issuer says when the person did not finish (also OpenID Connect Core 1.0, section 3.1.2.6). */
const DENIED = new Set(['access_denied', 'login_required', 'consent_required', 'interaction_required']);

function faultOf(client: Library, { issuer }: Provider, cause: unknown): SignInFault {
  const told = cause instanceof client.AuthorizationResponseError || cause instanceof client.ResponseBodyError;
  if (told && DENIED.has(cause.error)) return new SignInFault('denied', `${issuer}: ${cause.error}`, { cause });
  if (told && PASSING.has(cause.error)) return new SignInFault('busy', `${issuer}: ${cause.error}`, { cause });
  // The code was used already, or is too old: a reload of the callback, or a slow person.
  if (told && cause.error === 'invalid_grant') return new SignInFault('stale', `${issuer}: ${cause.error}`, { cause });
  if (told || isUnknownClient(client, cause))
    return new SignInFault('refused', `${issuer}: ${String(cause)}`, { cause });
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (code === 'OAUTH_INVALID_RESPONSE' || code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED') {
    return new SignInFault('refused', `${issuer} has sent another answer than expected.`, { cause });
  }
  return new SignInFault('busy', `${issuer} could not be asked.`, { cause });
}
