import { AppError } from '../../runtime/errors.ts';
import type { FilePart } from '../../http/forms/form-parts.ts';
import { newPhotoId, type UserId } from '../../runtime/ids.ts';
import { CommitInDoubt } from '../../data/commit/transact.ts';
import { originalName, previewNameFor, UNCLAIMED } from '../../objects/object-names.ts';
import { endsWithoutMarker } from '../../pictures/decoding/missing-end.ts';
import type { CreatedPhoto } from './create-photo.ts';
import {
  discardUpload,
  receiveUpload,
  type ReceiveDeps,
  type ReceivedFile,
  type ReceivedUpload,
} from './receive-upload.ts';
import { withPreview } from './with-preview.ts';

/** The files of one upload form. Disposal removes them from the bucket unless a photo refers to them. */
export class PhotoFiles implements AsyncDisposable {
  readonly #deps: ReceiveDeps;
  readonly #id = newPhotoId();
  #image: ReceivedFile | undefined;
  #preview: ReceivedFile | undefined;
  #areKept = false;

  constructor(deps: ReceiveDeps) {
    this.#deps = deps;
  }

  /**
   * Receives the `image` or the `preview` of the form into the bucket. `owner` is undefined where only a field behind the
   * file tells who it is; `assignTo` follows.
   */
  async receive({ field, name, maxBytes, bytes }: FilePart, owner: UserId | undefined): Promise<void> {
    const original = originalName(owner ?? UNCLAIMED, this.#id);
    const object = field === 'preview' ? previewNameFor(original) : original;
    const received = await receiveUpload(this.#deps, { name, object, maxBytes }, bytes);
    if (field === 'preview') this.#preview = received;
    else this.#image = received;
  }

  /**
   * The picture with its preview, once the form has ended. A file without an end marker is whole only if it has one of
   * the announced checksums.
   * @throws AppError file-missing, damaged-image, unsupported-image, invalid-request
   */
  complete(announced: (string | undefined)[]): ReceivedUpload {
    if (!this.#image) throw new AppError('file-missing', 'Send the picture as a file in the form field `image`.');
    return withPreview(proved(this.#image, announced), this.#preview && proved(this.#preview, []));
  }

  /** Renames files that were received before their owner was known. */
  async assignTo(owner: UserId, upload: ReceivedUpload): Promise<ReceivedUpload> {
    const object = originalName(owner, this.#id);
    if (this.#image) this.#image = await this.#renamed(this.#image, object);
    if (!this.#preview || !upload.preview) return { ...upload, object };
    this.#preview = await this.#renamed(this.#preview, previewNameFor(object));
    return { ...upload, object, preview: { ...upload.preview, object: this.#preview.object } };
  }

  /** Keeps the files if the photo refers to them, or may do so: after a commit in doubt it may have been acknowledged. */
  async keepFor(creating: Promise<CreatedPhoto>): Promise<CreatedPhoto> {
    try {
      const created = await creating;
      this.#areKept = created.keepsUpload;
      return created;
    } catch (error) {
      this.#areKept = error instanceof CommitInDoubt;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#areKept) return;
    for (const file of [this.#image, this.#preview]) if (file) await discardUpload(this.#deps, file);
  }

  async #renamed(file: ReceivedFile, object: string): Promise<ReceivedFile> {
    if (file.object === object) return file;
    await this.#deps.blobs.move(file.object, object);
    this.#deps.recentOriginals.take(file.object);
    return { ...file, object };
  }
}

function proved({ needsChecksum, ...upload }: ReceivedFile, announced: (string | undefined)[]): ReceivedUpload {
  if (needsChecksum && !announced.includes(upload.sha256)) throw endsWithoutMarker();
  return upload;
}
