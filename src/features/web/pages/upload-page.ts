import { CAPTION_LIMIT } from '../../photos/schemas.ts';
import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { uploadForm } from '../parts/upload-form.ts';

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
