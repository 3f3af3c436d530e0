import type { Request } from 'express';
import { z } from 'zod';
import type { Caller, Reply } from '../../http/route.ts';
import { readFields } from '../../http/input/read-fields.ts';
import { createPhoto } from '../photos/create-photo.ts';
import type { UserId } from '../../runtime/ids.ts';
import { announcedInHeader } from '../photos/announced-checksum.ts';
import { PhotoFiles } from '../photos/photo-files.ts';
import { photoForm, type UploadDeps } from '../photos/upload-photo.ts';
import { UploadFields } from '../photos/schemas.ts';
import type { CourseIdentity } from './course-identity.ts';

/** Fields of the teaching sample's form. */
const PostFields = z.strictObject({
  caption: UploadFields.shape.caption,
  id_token: z.string().optional(),
  user: z.string().optional(),
});

export interface PostingDeps extends UploadDeps {
  whose: CourseIdentity;
  /** Whether everybody may post, so that who is posting need not be known before the bytes are taken in. */
  open: boolean;
}

/** Posts a photo as the user of the URL or of the form's text box, always as a new one, and shows the timeline. */
export async function post(deps: PostingDeps, request: Request, urlName: string): Promise<Reply> {
  const posterOf = ({ user, id_token }: Record<string, string | undefined>): Promise<Caller> =>
    deps.whose.poster(request, user || urlName, id_token);
  using slots = new DisposableStack();
  await using files = new PhotoFiles(deps);
  const texts: Record<string, string> = {};
  let owner: UserId | undefined;
  for await (const part of photoForm(deps, request, Object.keys(PostFields.shape))) {
    if (part.kind === 'field') {
      texts[part.name] = part.value;
      continue;
    }
    // The text box may still come behind the file, and name an account that does not exist yet.
    const known = deps.open ? await deps.whose.known(texts['user'] || urlName) : await posterOf(texts);
    // All files of the form are one upload.
    if (known && !owner) slots.use(deps.uploadSlots.take(known.user));
    owner ??= known?.user;
    await files.receive(part, owner);
  }
  const received = files.complete([announcedInHeader(request)]);
  const fields = readFields(PostFields, texts);
  const poster = await posterOf(fields);
  const upload = await files.assignTo(poster.user, received);
  const { caption } = fields;
  await files.keepFor(createPhoto(deps, poster.user, { upload, caption, alt: '', allowDuplicates: true }));
  return { status: 303, headers: { Location: `/user/${poster.handle}/json/` } };
}
