import { CAPTION_LIMIT } from '../photos/schemas.ts';
import { html, type Content } from '../../runtime/html.ts';

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
