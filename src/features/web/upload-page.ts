import { html } from '../../runtime/html.ts';
import { renderPage } from './layout.ts';
import { CAPTION_LIMIT } from '../photos/schemas.ts';
import { uploadForm } from './upload-form.ts';

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
