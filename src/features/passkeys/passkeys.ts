import type { Datastore } from '@google-cloud/datastore';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Request } from 'express';
import type { Library } from '../../data/commit/group-commit.ts';
import type { Caller } from '../../http/route.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import { once } from '../../runtime/lazy.ts';
import { browserFamily } from '../accounts/browser-family.ts';
import type { PageSignIn } from '../accounts/page-sign-in.ts';
import type { SecurityLog } from '../accounts/security-log.ts';
import { Challenges } from './challenges.ts';
import { relyingPartyOf, type RelyingParty, type RelyingPartyDeps } from './relying-party.ts';
import { findPasskey, listPasskeys, passkeyId, passkeyRef, type Passkey } from './stored-passkeys.ts';

interface PasskeyDeps extends RelyingPartyDeps {
  datastore: Datastore;
  library: Library;
  clock: Clock;
  pageSignIn: PageSignIn;
  securityLog: SecurityLog;
}

/** Passkeys that one account may have. */
export const MOST_PASSKEYS = 20;

/** EdDSA, ES256 and RS256, as COSE numbers them. ML-DSA, which the library offers too, is experimental in Node. */
const ALGORITHMS = [-8, -7, -257];

/** Loaded with the first passkey: a start does not need it. */
const library = once(() => import('@simplewebauthn/server'));

/** The ceremonies of WebAuthn, and the passkeys of an account. */
export class Passkeys {
  readonly #deps: PasskeyDeps;
  readonly #challenges: Challenges;

  constructor(deps: PasskeyDeps) {
    this.#deps = deps;
    this.#challenges = new Challenges(deps);
  }

  /** Returns whether browsers offer passkeys at the host of a request. */
  work(request: Request): boolean {
    return relyingPartyOf(this.#deps, request) !== undefined;
  }

  list({ user }: Caller): Promise<Passkey[]> {
    return listPasskeys(this.#deps, user);
  }

  /**
   * Begins to add a passkey. Returns what the browser's `navigator.credentials.create` takes, as JSON.
   * @throws AppError fresh-sign-in-required, passkey-refused, conflict if the account has too many
   */
  async beginAdding(request: Request, caller: Caller): Promise<object> {
    this.#deps.pageSignIn.requireFresh(caller);
    const known = await listPasskeys(this.#deps, caller.user);
    if (known.length >= MOST_PASSKEYS) {
      throw new AppError('conflict', `An account takes ${MOST_PASSKEYS} passkeys. Remove one of them first.`);
    }
    const { generateRegistrationOptions } = await library();
    const options = await generateRegistrationOptions({
      rpName: 'Photo Timeline',
      rpID: this.#relyingParty(request).id,
      userName: caller.handle,
      // A sign-in finds the account by it.
      userID: new Uint8Array(Buffer.from(caller.user)),
      excludeCredentials: known.map(({ credential, transports }) => ({ id: credential, transports })),
      supportedAlgorithmIDs: ALGORITHMS,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    this.#challenges.open(options.challenge, { adds: caller.user });
    return options;
  }

  /**
   * Adds the passkey that an authenticator has made. Returns its id.
   * @throws AppError fresh-sign-in-required, passkey-refused
   */
  async add(request: Request, caller: Caller, response: RegistrationResponseJSON): Promise<string> {
    const { pageSignIn, library: data, clock, securityLog } = this.#deps;
    pageSignIn.requireFresh(caller);
    const { verifyRegistrationResponse } = await library();
    const { id: expectedRPID, origin: expectedOrigin } = this.#relyingParty(request);
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedRPID,
      expectedOrigin,
      expectedChallenge: (challenge) => this.#challenges.take(challenge, { adds: caller.user }),
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch(refuse);
    if (!registrationInfo) throw refused();
    const { credential, credentialBackedUp: backedUp } = registrationInfo;
    const passkey: Passkey = {
      credential: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
      name: browserFamily(request.get('User-Agent')),
      createdAt: clock.now(),
      usedAt: null,
      backedUp,
    };
    const id = passkeyId(credential.id);
    await data.commit(caller.user, async ({ entities }) => entities.write(passkeyRef(id), passkey), [passkeyRef(id)]);
    securityLog('passkey-added', caller.user);
    return id;
  }

  /** Begins a sign-in. Returns what the browser's `navigator.credentials.get` takes, as JSON. */
  async beginSignIn(request: Request): Promise<object> {
    const { generateAuthenticationOptions } = await library();
    const rpID = this.#relyingParty(request).id;
    const options = await generateAuthenticationOptions({ rpID, userVerification: 'required' });
    this.#challenges.open(options.challenge, 'sign-in');
    return options;
  }

  /**
   * Signs a page in by what an authenticator has signed. Returns the `Set-Cookie` header of a new session.
   * @throws AppError passkey-refused
   */
  async signIn(request: Request, response: AuthenticationResponseJSON): Promise<string> {
    const user = Buffer.from(response.response.userHandle ?? '', 'base64url').toString();
    if (!/^[0-9A-Za-z]{16}$/.test(user)) throw refused();
    const passkey = await findPasskey(this.#deps, user as UserId, response.id);
    if (!passkey) throw refused();
    await this.#prove(request, user as UserId, { passkey, response });
    const cookie = await this.#deps.pageSignIn.signInTo(request, user as UserId);
    if (cookie === undefined) throw refused();
    return cookie;
  }

  /** Verifies a signature, and stores the counter: one that falls back means a copy, and is refused. */
  async #prove(
    request: Request,
    user: UserId,
    { passkey, response }: { passkey: Passkey; response: AuthenticationResponseJSON },
  ): Promise<void> {
    const { verifyAuthenticationResponse } = await library();
    const { id: expectedRPID, origin: expectedOrigin } = this.#relyingParty(request);
    const { credential: id, publicKey, counter } = passkey;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedRPID,
      expectedOrigin,
      expectedChallenge: (challenge) => this.#challenges.take(challenge, 'sign-in'),
      credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter },
    }).catch(refuse);
    if (!verified) throw refused();
    const { newCounter, credentialBackedUp: backedUp } = authenticationInfo;
    const used = { ...passkey, counter: newCounter, backedUp, usedAt: this.#deps.clock.now() };
    const ref = passkeyRef(passkeyId(id));
    await this.#deps.library.commit(
      user,
      async ({ entities }) => {
        // A passkey that was just removed stays removed.
        if (!(await entities.read(ref))) throw refused();
        entities.write(ref, used);
      },
      [ref],
    );
  }

  /**
   * Removes a passkey of an account.
   * @throws AppError not-found
   */
  async remove({ user }: Caller, id: string): Promise<void> {
    const ref = passkeyRef(id);
    await this.#deps.library.commit(
      user,
      async ({ entities }) => {
        if (!(await entities.read(ref))) throw new AppError('not-found', 'Your account has no such passkey.');
        entities.write(ref, undefined);
      },
      [ref],
    );
    this.#deps.securityLog('passkey-removed', user);
  }

  /** @throws AppError passkey-refused */
  #relyingParty(request: Request): RelyingParty {
    const found = relyingPartyOf(this.#deps, request);
    if (found) return found;
    throw new AppError('passkey-refused', 'Passkeys work by https and on localhost, and not at an IP address.');
  }
}

const refused = (cause?: unknown) =>
  new AppError('passkey-refused', 'The passkey is not known here, or its answer does not fit. Begin again.', { cause });

/** The library throws an error for every answer that does not fit. */
function refuse(cause: unknown): never {
  throw refused(cause);
}
