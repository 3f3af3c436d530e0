import { sha256 } from '@noble/hashes/sha2.js';

/** What a page asks of this worker: one thing about one file. */
export interface FileJob {
  id: number;
  kind: 'digest' | 'thumbnail';
  file: File;
}

/** The reply has a result or an error, never both. */
export interface FileReply {
  id: number;
  result?: string | Blob;
  /** Name of the error, such as `NotReadableError` for a file that was changed or deleted meanwhile. */
  error?: string;
}

/** Width and height of a thumbnail, in pixels: rows show it half as large. */
const THUMBNAIL_PX = 96;

addEventListener('message', ({ data }: MessageEvent<FileJob>) => void answer(data));

async function answer({ id, kind, file }: FileJob): Promise<void> {
  try {
    const result = kind === 'digest' ? await digestOf(file) : await thumbnailOf(file);
    postMessage({ id, result } satisfies FileReply);
  } catch (error) {
    postMessage({ id, error: (error as Error).name } satisfies FileReply);
  }
}

/** Hashes by chunks: `crypto.subtle` takes a file only as a whole, and is absent on plain HTTP in a local network. */
async function digestOf(file: File): Promise<string> {
  const hash = sha256.create();
  const reader = file.stream().getReader();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) hash.update(chunk.value);
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The middle of the picture, as a small square. */
async function thumbnailOf(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = new OffscreenCanvas(THUMBNAIL_PX, THUMBNAIL_PX);
  const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  canvas.getContext('2d')?.drawImage(bitmap, left, top, side, side, 0, 0, THUMBNAIL_PX, THUMBNAIL_PX);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.8 });
}
