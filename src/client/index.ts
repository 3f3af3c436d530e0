export type * from './api-types.ts';
export type { CallInput, OperationName, ReplyOf } from './calls.ts';
export { PhotoTimelineClient, type ClientOptions, type TimelineFilter } from './client.ts';
export type { ItemOf, ListName } from './paging.ts';
export { PhotoTimelineError } from './photo-timeline-error.ts';
export type { Picture, PictureOptions, PictureSize } from './pictures.ts';
export { localSignIn } from './sign-in.ts';
export type { FollowOptions, LibraryChange, LibraryCopy, SyncOptions, SyncResult, SyncStep } from './sync.ts';
export type { Fetch, HttpReply, TokenSource } from './transport.ts';
export type {
  NativeFile,
  UploadAllOptions,
  UploadFailure,
  UploadOptions,
  UploadProgress,
  UploadResult,
} from './upload.ts';
