import type { Request } from 'express';
import { fileTooLarge } from '../../http/forms/form-faults.ts';
import { formParts, type FilePart } from '../../http/forms/form-parts.ts';
import { readFields } from '../../http/input/read-fields.ts';
import { asAppError } from '../../http/replies/problem.ts';
import { AppError, isOurFault } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import { BATCH_LIMIT } from './batch-schemas.ts';
import { createPhoto, type CreatedPhoto } from './create-photo.ts';
import { editPhotos } from './edit-batch.ts';
import { PhotoFiles } from './photo-files.ts';
import { UploadFields } from './schemas.ts';
import type { UploadDeps } from './upload-photo.ts';

/** What became of each file of a form, and the texts that came with them. */
export interface SentPhotos extends PhotoTexts {
  files: SentFile[];
}

interface SentFile {
  /** Its name on the client. May be empty. */
  fileName: string;
  /** The photo that has its bytes now, or why there is none. */
  result: CreatedPhoto | AppError;
}

/** The texts that all photos of a form get. */
interface PhotoTexts {
  caption: string;
  alt: string;
}

/** Files of one form that become photos. */
export const MOST_FILES = 200;

/** Files of one form that are counted, so that each of them has its line. A form with more is refused. */
const MOST_COUNTED_FILES = 1000;

/**
 * How much larger a form may be than what is taken of it. It is read to its end, so that each file has its line. A browser
 * that is cut off while it sends shows no reply.
 */
const READ_FACTOR = 8;

const Texts = UploadFields.pick({ caption: true, alt: true });

/**
 * Receives the photos of one form, one after another, each with a commit of its own. A file that is refused, also for
 * want of room, changes nothing for the others. Texts that stand behind files in the form count too.
 * @throws AppError rate-limited, service-full, invalid-request, file-missing, and what `formParts` throws; photos that
 *   were committed before stay
 */
export async function uploadPhotos(deps: UploadDeps, user: UserId, request: Request): Promise<SentPhotos> {
  using _slot = deps.uploadSlots.take(user);
  await deps.serviceSpace.requireOpen();
  const rules = {
    fields: Object.keys(Texts.shape),
    files: { image: MOST_COUNTED_FILES },
    maxFileBytes: READ_FACTOR * deps.limits.maxUploadBytes,
  };
  let room = deps.limits.maxUploadBytes;
  const fields: Record<string, string> = {};
  let texts: PhotoTexts | undefined;
  const files: SentFile[] = [];
  for await (const part of formParts(request, rules)) {
    if (part.kind === 'field') {
      fields[part.name] = part.value;
      continue;
    }
    texts ??= readFields(Texts, fields);
    const counted = within(part, room, deps.limits.maxUploadBytes);
    const result = files.length < MOST_FILES ? await receivePhoto(deps, user, counted.part, texts) : tooMany();
    if (!(result instanceof AppError)) room -= counted.bytes();
    files.push({ fileName: part.name, result });
  }
  if (!texts) throw new AppError('file-missing', 'Send each picture as a file in the form field `image`.');
  return { ...(await withLateTexts(deps, user, { files, texts, fields })), files };
}

/** The file, which fails where it has more bytes than the form has room left. */
function within(part: FilePart, room: number, maxBytes: number): { part: FilePart; bytes(): number } {
  let count = 0;
  async function* counted(): FilePart['bytes'] {
    for await (const chunk of part.bytes) {
      count += chunk.length;
      if (count > maxBytes) throw fileTooLarge(maxBytes);
      if (count > room)
        throw new AppError('body-too-large', `The files of one form may have ${maxBytes} bytes together.`);
      yield chunk;
    }
    return undefined;
  }
  return { part: { ...part, maxBytes: Math.min(part.maxBytes ?? room, room), bytes: counted() }, bytes: () => count };
}

/** Gives new photos the texts that stood behind them in the form. */
async function withLateTexts(
  deps: UploadDeps,
  user: UserId,
  { files, texts, fields }: { files: readonly SentFile[]; texts: PhotoTexts; fields: Record<string, string> },
): Promise<PhotoTexts> {
  const late = readFields(Texts, fields);
  if (late.caption === texts.caption && late.alt === texts.alt) return texts;
  const created = files.flatMap(({ result }) =>
    result instanceof AppError || result.status !== 'created' ? [] : [{ id: result.photo.id, edit: late }],
  );
  for (let at = 0; at < created.length; at += BATCH_LIMIT) {
    await editPhotos(deps, user, created.slice(at, at + BATCH_LIMIT), { present: () => undefined, tagOf: () => '' });
  }
  return late;
}

async function receivePhoto(deps: UploadDeps, user: UserId, part: FilePart, texts: PhotoTexts) {
  try {
    await using files = new PhotoFiles(deps);
    await files.receive(part, user);
    const upload = files.complete([]);
    return await files.keepFor(createPhoto(deps, user, { upload, ...texts, allowDuplicates: false }));
  } catch (cause) {
    const error = asAppError(cause);
    if (isOurFault(error.status)) deps.log.error({ err: error.cause ?? error }, error.message);
    return error;
  }
}

const tooMany = () => new AppError('too-many-files', `One form takes ${MOST_FILES} photos. Send this one again.`);
