import { CAPTION_LIMIT } from '../photos/schemas.ts';
import { html, type Content } from '../../runtime/html.ts';
import { renderPage } from './layout.ts';

/** Renders the page `/upload_photo`. */
export function renderUploadPage({ handle }: { handle: string }): string {
  return renderPage({
    title: 'Upload a photo',
    signedIn: handle,
    main: html`<div class="narrow">
      <h1>Upload a photo</h1>
      ${uploadForm({ action: '/upload_photo', after: altField })}
      <p><a href="/">Back to your photos</a></p>
    </div>`,
  });
}

const altField = html`<label class="field"
  >Description for people who cannot see it <input name="alt" maxlength="${CAPTION_LIMIT}" autocomplete="off"
/></label>`;

/** The accepted types, and the extensions of HEIC, for which many systems know no media type. */
const ACCEPTED = 'image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic,image/heif,.heic,.heif,.hif';

/** Renders a form that posts one photo. The file is last, so that the server has the text before the bytes. */
export const uploadForm = ({ action, before, after }: { action: string; before?: Content; after?: Content }) =>
  html`<form class="upload panel" method="post" action="${action}" enctype="multipart/form-data">
    ${before}
    <label class="field">Caption <input name="caption" maxlength="${CAPTION_LIMIT}" autocomplete="off" /></label>
    ${after}
    <label class="field">Photo <input type="file" name="image" accept="${ACCEPTED}" required /></label>
    <button>Upload</button>
  </form>`;
