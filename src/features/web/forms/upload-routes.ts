import { defineRoute, type Caller, type Reply, type Route } from '../../../http/route.ts';
import { AppError } from '../../../runtime/errors.ts';
import { createPresenter, type PresentDeps } from '../../photos/present.ts';
import type { UploadDeps } from '../../photos/upload-photo.ts';
import { uploadPhotos, type SentPhotos } from '../../photos/upload-photos.ts';
import { renderUploadPage } from '../pages/upload-page.ts';
import type { UploadedPhoto } from '../parts/upload-results.ts';

export interface UploadFormDeps extends UploadDeps, PresentDeps {}

/** Routes of the form that uploads photos. */
export const uploadRoutes = (deps: UploadFormDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/upload_photo',
    summary: 'A form that uploads photos.',
    access: 'optional',
    scope: 'read',
    documented: false,
    replies: { 200: 'text/html', 303: null },
    handle: ({ caller }) =>
      caller ? { status: 200, html: renderUploadPage({ ...caller, ...limitOf(deps) }) } : seeOther('/'),
  }),
  defineRoute({
    method: 'post',
    path: '/upload_photo',
    summary: 'Uploads photos from a form, each by itself, and shows what became of them.',
    access: 'user',
    scope: 'upload',
    work: 'uploads',
    documented: false,
    replies: { 200: 'text/html', 303: null },
    handle: async ({ caller, request }) => answer(deps, caller, await uploadPhotos(deps, caller.user, request)),
  }),
];

/** One file that is a photo now leads to where it stands. All else is told line by line. */
function answer(deps: UploadFormDeps, { user, handle }: Caller, { files, caption, alt }: SentPhotos): Reply {
  const present = createPresenter(deps, user, handle);
  const results = files.map(({ fileName, result }): UploadedPhoto =>
    result instanceof AppError
      ? { fileName, status: 'refused', code: result.code }
      : { fileName, status: result.status, photo: present(result.photo) },
  );
  const [only] = results;
  if (only && results.length === 1 && only.status !== 'refused') {
    return seeOther(only.status === 'created' ? '/recent' : `/photo/${only.photo.id}?notice=${only.status}`);
  }
  const isRefused = results.some(({ status }) => status === 'refused');
  const texts = isRefused ? { caption, alt } : {};
  return { status: statusOf(files), html: renderUploadPage({ handle, ...limitOf(deps), results, ...texts }) };
}

/** The status of the first refusal where every file was refused. */
function statusOf(files: SentPhotos['files']): number {
  const refusals = files.flatMap(({ result }) => (result instanceof AppError ? [result.status] : []));
  return refusals.length < files.length ? 200 : (refusals[0] ?? 200);
}

const limitOf = ({ limits }: UploadFormDeps) => ({ maxBytes: limits.maxUploadBytes });

const seeOther = (Location: string): Reply => ({ status: 303, headers: { Location } });
