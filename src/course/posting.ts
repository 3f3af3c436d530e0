import type { Request } from 'express';
import { z } from 'zod';
import type { Caller, Reply } from '../http/route.ts';
import { readFields } from '../http/read-fields.ts';
import { createPhoto } from '../photos/create-photo.ts';
import { keepOrDiscard, receivePhotoForm, type UploadDeps } from '../photos/upload-photo.ts';
import { UploadFields } from '../photos/schemas.ts';
import type { Whose } from './whose.ts';

/** The form of the teaching sample. */
const PostFields = z.strictObject({
  caption: UploadFields.shape.caption,
  id_token: z.string().optional(),
  user: z.string().optional(),
});

export interface PostingDeps extends UploadDeps {
  whose: Whose;
  /** Whether everybody may post, so that who is posting need not be known before the bytes are taken in. */
  open: boolean;
}

/** Posts a photo as the user of the URL or of the form's text box, always as a new one, and shows the timeline. */
export async function post(deps: PostingDeps, request: Request, urlName: string): Promise<Reply> {
  const posterOf = ({ user, id_token }: Record<string, string | undefined>): Promise<Caller> =>
    deps.whose.poster(request, user || urlName, id_token);
  const beforeFile = async (fields: Record<string, string>) => {
    if (!deps.open) await posterOf(fields);
  };
  const form = await receivePhotoForm(deps, request, Object.keys(PostFields.shape), beforeFile);
  let handle = urlName;
  await keepOrDiscard(deps, form.upload, async () => {
    const fields = readFields(PostFields, form.fields);
    const poster = await posterOf(fields);
    handle = poster.handle;
    const { caption } = fields;
    return createPhoto(deps, poster.user, { upload: form.upload, caption, alt: '', allowDuplicates: true });
  });
  return { status: 303, headers: { Location: `/user/${handle}/json/` } };
}
