import { CAPTION_LIMIT } from '../../photos/schemas.ts';
import { MOST_FILES } from '../../photos/upload-photos.ts';
import { html, type Content } from '../../../runtime/html.ts';

/** The accepted types, and the extensions of HEIC, for which many systems know no media type. */
const ACCEPTED = 'image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic,image/heif,.heic,.heif,.hif';

interface UploadForm {
  action: string;
  before?: Content;
  after?: Content;
  caption?: string;
  /** The largest total of many photos. Undefined: the form takes one photo. */
  maxBytes?: number;
}

/** Renders a form that posts photos. The files are last, so that the server has the texts before the bytes. */
export const uploadForm = ({ action, before, after, caption = '', maxBytes }: UploadForm) =>
  html`<form class="upload panel" method="post" action="${action}" enctype="multipart/form-data">
    ${before}
    <label class="field">Caption ${captionInput(caption)}</label>
    ${after} ${maxBytes === undefined ? html`<label class="field">Photo ${fileInput()}</label>` : manyFiles(maxBytes)}
    <button>Upload</button>
  </form>`;

const captionInput = (caption: string) =>
  html`<input name="caption" maxlength="${CAPTION_LIMIT}" autocomplete="off" value="${caption}" />`;

const fileInput = (more?: Content) => html`<input type="file" name="image" accept="${ACCEPTED}" required ${more} />`;

const manyFiles = (maxBytes: number) =>
  html`<div class="files">
    <label class="field">Photos ${fileInput(html`multiple aria-describedby="upload-limits"`)}</label>
    <p class="hint" id="upload-limits">
      Up to ${MOST_FILES} photos at once, ${writeLimit(maxBytes)} together. The caption is for all of them.
    </p>
  </div>`;

const MEBIBYTE = 2 ** 20;

/** Rounded down, so that what the text promises is taken. */
const writeLimit = (bytes: number) =>
  bytes < MEBIBYTE ? `${Math.floor(bytes / 1000)} kB` : `${Math.floor(bytes / MEBIBYTE)} MB`;

/** Renders the form of the caller's pages inside the element that scripts improve. */
export const uploadTray = (form: Omit<UploadForm, 'action'> & { maxBytes: number }) =>
  html`<upload-tray data-action="/upload_photo">${uploadForm({ action: '/upload_photo', ...form })}</upload-tray>`;
