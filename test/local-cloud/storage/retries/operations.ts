import { once } from 'node:events';
import type { Bucket, File, Storage } from '@google-cloud/storage';

/** What an operation works on. */
export interface Subject {
  storage: Storage;
  bucket: Bucket;
  file: File;
  /** Whether the call itself names its preconditions. */
  named: boolean;
  /** Whether the bucket and the file carry them, so that the call need not. */
  carried: boolean;
  /** A file of the disk to upload. */
  path: string;
  /** Bytes of an upload in chunks, and the size of a chunk. */
  large: Buffer;
  chunkSize: number;
}

type Operation = (on: Subject) => Promise<unknown>;

const MONTHS_6 = 15_780_000;
const CREATE_ONLY = { preconditionOpts: { ifGenerationMatch: 0 } };

/** The metageneration of a bucket that was created and given its retention period. */
const bucketMatch = ({ named }: Subject) => (named ? { ifMetagenerationMatch: 2 } : {});
const generationOf = (file: File) => ({ preconditionOpts: { ifGenerationMatch: Number(file.metadata.generation) } });
const createOnly = ({ named }: Subject) => (named ? CREATE_ONLY : {});

const ended = async (stream: NodeJS.ReadableStream) => {
  stream.on('data', () => undefined);
  await once(stream, 'end');
};

async function saved(bucket: Bucket, name: string): Promise<File> {
  const file = bucket.file(name);
  // Without a precondition this write would end the client's repetitions of the next call too.
  await file.save(name, { resumable: false, ...CREATE_ONLY });
  return file;
}

/** Bucket operations that a metageneration makes safe to repeat; the bucket may carry it, or the call. */
const PATCHES: Record<string, Operation> = {
  addLifecycleRule: (on) =>
    on.bucket.addLifecycleRule({ action: { type: 'Delete' }, condition: { age: 1095 } }, bucketMatch(on)),
  makePrivate: (on) => on.bucket.makePrivate(on.named ? { preconditionOpts: bucketMatch(on) } : {}),
  deleteLabels: (on) => on.bucket.deleteLabels(bucketMatch(on)),
  disableRequesterPays: (on) => on.bucket.disableRequesterPays(bucketMatch(on)),
  removeRetentionPeriod: (on) => on.bucket.removeRetentionPeriod(bucketMatch(on)),
  setCorsConfiguration: (on) => on.bucket.setCorsConfiguration([{ maxAgeSeconds: 3600 }], bucketMatch(on)),
  setLabels: (on) => on.bucket.setLabels({ one: '1', two: '2' }, bucketMatch(on)),
  setRetentionPeriod: (on) => on.bucket.setRetentionPeriod(MONTHS_6, bucketMatch(on)),
  setStorageClass: (on) => on.bucket.setStorageClass('nearline', bucketMatch(on) as never),
  setMetadata: (on) =>
    on.bucket.setMetadata({ website: { mainPageSuffix: 'index.html', notFoundPage: '404.html' } }, bucketMatch(on)),
};

const INSERTS: Record<string, Operation> = {
  bucketUploadResumable: (on) => {
    createOnlyByBucket(on);
    const { path, chunkSize } = on;
    return on.bucket.upload(path, { resumable: true, chunkSize, ...createOnly(on) });
  },
  bucketUploadMultipart: (on) => {
    createOnlyByBucket(on);
    return on.bucket.upload(on.path, { resumable: false, ...createOnly(on) });
  },
  saveResumable: (on) =>
    on.file.save(on.large, {
      resumable: true,
      chunkSize: on.chunkSize,
      metadata: { contentLength: on.large.length },
      ...(on.named ? generationOf(on.file) : {}),
    }),
  saveMultipart: (on) => on.file.save('data', { resumable: false, ...(on.named ? generationOf(on.file) : {}) }),
  createResumableUpload: (on) => on.file.createResumableUpload(createOnly(on)),
};

/** A metageneration is no precondition for an upload: a bucket that carries one carries this instead. */
function createOnlyByBucket({ bucket }: Subject): void {
  if (bucket.instancePreconditionOpts) bucket.instancePreconditionOpts = { ifGenerationMatch: 0 };
}

/** Operations that preconditions make safe to repeat, once carried by the bucket or file and once named by the call. */
export const CONDITIONAL: Record<string, Record<string, Operation>> = {
  'storage.buckets.patch': PATCHES,
  'storage.objects.compose': {
    combine: async (on) => {
      const sources = [await saved(on.bucket, 'file1.txt'), await saved(on.bucket, 'file2.txt')];
      if (!on.named) return on.bucket.combine(sources, on.bucket.file('all', on.carried ? CREATE_ONLY : {}));
      const all = await saved(on.bucket, 'all');
      return on.bucket.combine(sources, all, generationOf(all).preconditionOpts);
    },
  },
  'storage.objects.delete': {
    delete: (on) => on.file.delete(on.named ? generationOf(on.file).preconditionOpts : {}),
  },
  'storage.objects.insert': INSERTS,
  'storage.objects.patch': {
    makePrivate: (on) =>
      on.file.makePrivate({ strict: false, ...(on.named ? { preconditionOpts: { ifMetagenerationMatch: 1 } } : {}) }),
    setMetadata: (on) =>
      on.file.setMetadata(
        { contentType: 'font/ttf', metadata: { my: 'custom' } },
        on.named ? { ifMetagenerationMatch: 1 } : {},
      ),
  },
};

/** Operations that only name their preconditions. */
export const NAMED_ONLY: Record<string, Record<string, Operation>> = {
  'storage.objects.rewrite': {
    copy: async (on) => {
      const other = await saved(on.bucket, 'other');
      return on.file.copy('other', on.named ? generationOf(other) : {});
    },
    move: (on) => on.file.move('new-file', createOnly(on)),
    rename: (on) => on.file.rename('new-name', createOnly(on)),
    setStorageClass: (on) => on.file.setStorageClass('nearline', on.named ? generationOf(on.file) : {}),
  },
};

/** Operations that may always be repeated. */
export const IDEMPOTENT: Record<string, Record<string, Operation>> = {
  'storage.buckets.delete': {
    deleteBucket: async (on) => {
      await on.bucket.deleteFiles();
      await on.bucket.delete();
    },
  },
  'storage.buckets.get': {
    get: (on) => on.bucket.get(),
    getLabels: (on) => on.bucket.getLabels(),
    getMetadata: (on) => on.bucket.getMetadata(),
    exists: (on) => on.bucket.exists(),
  },
  'storage.buckets.insert': {
    create: async (on) => {
      await on.bucket.deleteFiles();
      await on.bucket.delete();
      await on.bucket.create();
    },
    createBucket: (on) => on.storage.createBucket(`${on.bucket.name}-second`),
  },
  'storage.buckets.list': {
    getBuckets: (on) => on.storage.getBuckets(),
    getBucketsStream: (on) => ended(on.storage.getBucketsStream()),
  },
  'storage.objects.get': {
    get: (on) => on.file.get(),
    exists: (on) => on.file.exists(),
    getExpirationDate: (on) => on.file.getExpirationDate(),
    getMetadata: (on) => on.file.getMetadata(),
    isPublic: (on) => on.file.isPublic(),
  },
  'storage.objects.list': { getFilesStream: (on) => ended(on.bucket.getFilesStream()) },
};

/** Reads of bytes, which may always be repeated. */
export const READS: Record<string, Record<string, Operation>> = {
  'storage.objects.get': {
    download: (on) => on.file.download(),
    createReadStream: (on) => ended(on.file.createReadStream()),
  },
};

/** The uploads in chunks, for faults in their middle. */
export const RESUMABLE = {
  'storage.objects.insert': {
    bucketUploadResumable: INSERTS.bucketUploadResumable!,
    saveResumable: INSERTS.saveResumable!,
  },
};
