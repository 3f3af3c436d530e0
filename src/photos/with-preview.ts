import { AppError } from '../http/errors.ts';
import type { Facts } from '../media/facts.ts';
import { isKept } from '../media/kept-formats.ts';
import type { ReceivedUpload } from './receive-upload.ts';

/**
 * A received picture with the one that its client has made of it, which only formats may bring that nothing here can
 * decode, and must. Throws `unsupported-image`, and `invalid-request` for a preview that is not wanted.
 */
export function withPreview(upload: ReceivedUpload, preview: ReceivedUpload | undefined): ReceivedUpload {
  if (!isKept(upload.type)) {
    if (preview) throw notWanted(upload.type);
    return upload;
  }
  if (!preview || isKept(preview.type)) throw wanted(upload.type);
  const { object, type, bytes } = preview;
  return { ...upload, preview: { object, type, bytes }, facts: joined(upload.facts, preview.facts) };
}

/** The size is that of the preview; all else the original tells, and the preview where that does not. */
function joined(own: Facts, { width, height, ...shown }: Facts): Facts {
  return {
    width,
    height,
    takenAt: own.takenAt.source === 'upload' ? shown.takenAt : own.takenAt,
    camera: {
      make: own.camera.make ?? shown.camera.make,
      model: own.camera.model ?? shown.camera.model,
      lens: own.camera.lens ?? shown.camera.lens,
    },
    location: own.location ?? shown.location,
  };
}

const wanted = (type: string) =>
  new AppError(
    'unsupported-image',
    `${type} is kept, but not decoded here: send a JPEG, PNG or WebP of it in the form field \`preview\`.`,
  );

const notWanted = (type: string) =>
  new AppError('invalid-request', `/preview: ${type} is decoded here. Send it without a preview.`, {
    errors: [{ pointer: '/preview', code: 'not-wanted', message: `${type} is decoded here: leave this out.` }],
  });
