import { html, type Content } from '../../../runtime/html.ts';

interface PasskeyButton {
  act: 'add' | 'sign-in';
  words: string;
  /** The path that follows. */
  next: string;
}

/** Renders a button for passkeys. The script in `client/passkey-button.ts` shows it where the browser knows passkeys. */
export const passkeyButton = ({ act, words, next }: PasskeyButton): Content =>
  html`<passkey-button data-act="${act}" data-next="${next}">
    <button type="button" hidden>${words}</button>
    <p role="status"></p>
  </passkey-button>`;
