import { CAPTION_LIMIT } from '../../photos/schemas.ts';
import { html } from '../../../runtime/html.ts';
import { renderPage } from '../parts/layout.ts';
import { uploadTray } from '../parts/upload-form.ts';
import { uploadResults, writeSummary, type UploadedPhoto } from '../parts/upload-results.ts';

interface UploadPage {
  handle: string;
  /** The largest total of one upload. */
  maxBytes: number;
  /** What became of the files of a form. */
  results?: readonly UploadedPhoto[];
  /** The texts of that form, which stand in the next one. */
  caption?: string;
  alt?: string;
}

/** Renders the page `/upload_photo`: the form, and above it what became of the files that it has sent. */
export function renderUploadPage({ handle, maxBytes, results, caption, alt }: UploadPage): string {
  const title = results ? writeSummary(results) : 'Upload photos';
  return renderPage({
    title,
    signedIn: handle,
    main: html`<div class="narrow">
      <h1>${title}</h1>
      ${results && uploadResults(results)} ${results && html`<h2>Upload more</h2>`}
      ${uploadTray({ maxBytes, caption: caption ?? '', after: altField(alt) })}
      <p><a href="/">Back to your photos</a></p>
    </div>`,
  });
}

const altField = (alt = '') =>
  html`<label class="field"
    >Description for people who cannot see it
    <input name="alt" maxlength="${CAPTION_LIMIT}" autocomplete="off" value="${alt}"
  /></label>`;
