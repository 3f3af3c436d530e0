import { callApi } from './upload-api.ts';

/** The ceremonies of WebAuthn that a button begins. */
const ACTS = {
  async add() {
    const options = await post('/v1/passkeys/options');
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as never);
    const made = await navigator.credentials.create({ publicKey });
    await post('/v1/passkeys', { response: made });
  },
  async 'sign-in'() {
    const options = await post('/v1/session/passkey/options');
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never);
    const signed = await navigator.credentials.get({ publicKey });
    await post('/v1/session/passkey', { response: signed });
  },
};

const post = (path: string, body?: unknown) => callApi('POST', path, body, AbortSignal.timeout(300_000));

/** A button for passkeys. It stays hidden without script, and where the browser knows no passkeys. */
export class PasskeyButton extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector('button');
    const act = ACTS[this.dataset['act'] as keyof typeof ACTS];
    if (!button || !isKnown()) return;
    button.hidden = false;
    button.addEventListener('click', () => void this.#run(button, act));
  }

  async #run(button: HTMLButtonElement, act: () => Promise<void>): Promise<void> {
    const status = this.querySelector('p');
    button.disabled = true;
    try {
      await act();
      location.assign(this.dataset['next'] ?? '/');
    } catch (error) {
      button.disabled = false;
      // The browser's own words are for programmers.
      const ownWords = error instanceof DOMException ? 'The passkey was not used. Nothing was changed.' : '';
      if (status) status.textContent = ownWords || (error as Error).message;
    }
  }
}

const isKnown = () => 'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
