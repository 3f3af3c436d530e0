import { AppError } from '../../runtime/errors.ts';
import type { Facts } from '../../pictures/facts/facts.ts';
import { isKept } from '../../pictures/kept-formats.ts';
import type { ReceivedUpload } from './receive-upload.ts';

/**
 * Joins a received picture with its preview. Formats that this service cannot decode must have one, pictures that take too
 * much memory may.
 * @throws AppError unsupported-image; invalid-request for a preview that is not wanted
 */
export function withPreview(upload: ReceivedUpload, preview: ReceivedUpload | undefined): ReceivedUpload {
  const isUnreadable = isKept(upload.type);
  if (!isUnreadable && !upload.facts.tooLarge) {
    if (preview) throw notWanted(upload.type);
    return upload;
  }
  if (!preview && !isUnreadable) return upload;
  if (!preview || isKept(preview.type) || preview.facts.tooLarge) throw wanted(upload.type);
  const { object, type, bytes, facts } = preview;
  if (isUnreadable) return { ...upload, preview: { object, type, bytes }, facts: joined(upload.facts, facts, facts) };
  const shown = { width: facts.width, height: facts.height };
  return { ...upload, preview: { object, type, bytes, shown }, facts: joined(upload.facts, facts, upload.facts) };
}

/** The facts of the original, those of the preview where it has none, and the given size. */
function joined(own: Facts, shown: Facts, { width, height }: Facts): Facts {
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
    `This service keeps ${type} but cannot decode it. Send a smaller JPEG, PNG or WebP of it as \`preview\`.`,
  );

const notWanted = (type: string) =>
  new AppError('invalid-request', `/preview: This service decodes ${type} itself. Send it without a preview.`, {
    errors: [
      { pointer: '/preview', code: 'not-wanted', message: `This service decodes ${type} itself. Leave this out.` },
    ],
  });
