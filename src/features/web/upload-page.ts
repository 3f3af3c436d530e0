import { CAPTION_LIMIT } from '../photos/schemas.ts';
import { html, type Content } from '../../runtime/html.ts';
import { renderPage } from './layout.ts';

/** The page `/upload_photo`: a form with all that can be said of a photo. */
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
  >What it shows, for those who cannot see it <input name="alt" maxlength="${CAPTION_LIMIT}" autocomplete="off"
/></label>`;

/** What sniffing lets in, and the endings of HEIC, for which many systems know no media type. */
const ACCEPTED = 'image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic,image/heif,.heic,.heif,.hif';

/** A form that posts one photo. The file comes last, so that the server knows the text when the bytes arrive. */
export const uploadForm = ({ action, before, after }: { action: string; before?: Content; after?: Content }) =>
  html`<form class="upload panel" method="post" action="${action}" enctype="multipart/form-data">
    ${before}
    <label class="field">Caption <input name="caption" maxlength="${CAPTION_LIMIT}" autocomplete="off" /></label>
    ${after}
    <label class="field">Photo <input type="file" name="image" accept="${ACCEPTED}" required /></label>
    <button>Upload</button>
  </form>`;
