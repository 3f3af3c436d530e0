import { CAPTION_LIMIT } from '../../photos/schemas.ts';
import { html, type Content } from '../../../runtime/html.ts';

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
