import type { Request } from 'express';
import { z } from 'zod';
import type { Caller, Reply } from '../../http/route.ts';
import { readFields } from '../../http/input/read-fields.ts';
import { createPhoto } from '../photos/create-photo.ts';
import type { UserId } from '../../runtime/ids.ts';
import { claimUpload } from '../photos/receive-upload.ts';
import { keepOrDiscard, receivePhotoForm, type UploadDeps } from '../photos/upload-photo.ts';
import { UploadFields } from '../photos/schemas.ts';
import type { CourseIdentity } from './course-identity.ts';

/** The form of the teaching sample. */
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
  // The text box may still come behind the file, and name an account that does not exist yet.
  const knownPoster = async (fields: Record<string, string>) =>
    deps.open ? deps.whose.known(fields['user'] || urlName) : posterOf(fields);
  using slots = new DisposableStack();
  let owner: UserId | undefined;
  const ownerOf = async (fields: Record<string, string>) => {
    const poster = await knownPoster(fields);
    // Asked for each file of the form, which is one upload.
    if (poster && owner === undefined) slots.use(deps.uploadSlots.take(poster.user));
    return (owner ??= poster?.user);
  };
  const form = await receivePhotoForm(deps, request, Object.keys(PostFields.shape), ownerOf);
  let handle = urlName;
  await keepOrDiscard(deps, form.upload, async () => {
    const fields = readFields(PostFields, form.fields);
    const poster = await posterOf(fields);
    handle = poster.handle;
    const { caption } = fields;
    const upload = await claimUpload(deps, poster.user, form.upload);
    return keepOrDiscard(deps, upload, () =>
      createPhoto(deps, poster.user, { upload, caption, alt: '', allowDuplicates: true }),
    );
  });
  return { status: 303, headers: { Location: `/user/${handle}/json/` } };
}
