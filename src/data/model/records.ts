import type { AccountEvent } from '../rules/events.ts';
import type { PhotoId, TokenId, UploadId, UserId } from '../../runtime/ids.ts';
import type { Rotation } from '../../runtime/rotation.ts';

/** Where a capture time came from, best first (docs/times.md). */
export type TakenAtSource =
  'user' | 'exif' | 'xmp' | 'iptc' | 'container' | 'gps' | 'file-name' | 'modified' | 'upload';

type TimePrecision = 'second' | 'minute' | 'day' | 'month' | 'year';

/** When a photo was taken: a wall-clock time, and, only where it is known, how that relates to UTC. */
export interface TakenAt {
  /** ISO 8601 without a zone, as in `2019-07-01T10:00:00.12`. */
  local: string;
  /** `+02:00`, or null for a floating time. */
  offset: string | null;
  /** RFC 3339 with `Z`, or null for a floating time. */
  utc: string | null;
  source: TakenAtSource;
  /** How much of `local` is known; the rest is the start of that minute, day, month or year. */
  precision: TimePrecision;
  /** True when only the instant is known: `local` and `offset` are then those of the owner's zone. */
  instant?: true;
}

interface Camera {
  make: string | null;
  model: string | null;
  lens: string | null;
}

export interface Location {
  latitude: number;
  longitude: number;
}

/** Where a photo was taken, in words. */
export interface PlaceName {
  country: string | null;
  /** ISO 3166-1 alpha-2, where the country comes from coordinates. */
  code: string | null;
  region: string | null;
  city: string | null;
}

/** A picture that a client has made of a file that is not decoded here. */
export interface Preview {
  /** The bucket object that holds it. */
  object: string;
  type: string;
  bytes: number;
  /** In pixels, orientation and the owner's rotation applied, where the original states its own size. */
  shown?: { width: number; height: number };
}

/** What the file says and the owner may set otherwise. */
export interface FileSays {
  takenAt: TakenAt;
  location: Location | null;
}

/** `pending` until the variants exist, `failed` when they cannot be made. The original is there in every state. */
type PhotoState = 'pending' | 'ready' | 'failed';

/** Why the service removes a photo by itself: its bytes have another sha256 than its client announced. */
export type RejectionReason = 'digest-mismatch';

/** One photo as it is stored. Times are milliseconds since the Unix epoch. */
export interface Photo {
  id: PhotoId;
  user: UserId;
  caption: string;
  alt: string;
  fileName: string | null;
  takenAt: TakenAt;
  /** Where it stands in the timeline, if not at its wall-clock time: in an hour that clocks show twice. */
  timelineAt?: string | undefined;
  postedAt: number;
  /** The user's sequence when it was posted: breaks ties between photos posted in the same millisecond. */
  posted: number;
  /** As displayed, orientation and the owner's rotation applied, in pixels. */
  width: number;
  height: number;
  /** By how many degrees clockwise its owner has turned it. */
  rotation: Rotation;
  /** How often its owner has changed that. Part of the names of variants, so that two pictures never have the same name. */
  rotations: number;
  bytes: number;
  /** By content, never by name. */
  type: string;
  sha256: string;
  /** Whether the sha256 was computed from the stored bytes (`proved`), or is only what the client said of them. */
  digest: 'proved' | 'claimed';
  /** As the bucket reports them of the object, in its base64. */
  crc32c: string;
  md5: string | null;
  camera: Camera;
  location: Location | null;
  /** What the coordinates say, by the data of this version. All names are null where there is no place, as at sea. */
  foundPlace?: (PlaceName & { version: string }) | undefined;
  /** What the owner says instead. */
  ownPlace?: PlaceName | undefined;
  /** The file's values of fields that the owner has set; the owner's values are in the photo itself. */
  fileSays?: Partial<FileSays>;
  /** The bucket object that holds the original, bit for bit. */
  object: string;
  /** What the smaller sizes are made from, where that is not the original. */
  preview?: Preview;
  placeholder: string | null;
  color: string | null;
  /** The data of the picture end early, so that a part of it is missing. Known with the smaller sizes. */
  endsEarly?: true | undefined;
  favourite: boolean;
  archived: boolean;
  /** As the owner or the file names them. Absent for a photo without tags. */
  tags?: readonly string[] | undefined;
  /** From 0 to 5. Absent for a photo without a rating. */
  rating?: number | undefined;
  /** Its rank in the hand order of each album that it is in, by the album's id. Absent for a photo in no album. */
  albums?: Readonly<Record<string, string>> | undefined;
  state: PhotoState;
  /** By which recipe its smaller sizes were made. */
  recipe?: number;
  processing: { attempts: number; lastError: string | null; nextAttemptAt: number | null };
  trashedAt: number | null;
  /** Set on a tombstone: the photo is erased, and only the change feed still reports it. */
  erasedAt?: number;
  /** Why the service has erased it; absent where its owner did. */
  erasedFor?: RejectionReason | undefined;
  /** Raised by the owner's edits alone; what `If-Match` compares. */
  revision: number;
  /** The user's sequence at the last change of any kind. */
  changed: number;
}

/** Who may read a timeline: only its owner, or everyone. */
type Visibility = 'private' | 'public';

/** The settings of an account. */
export interface Settings {
  /** The name that others see; empty for the handle alone. */
  displayName: string;
  /** By its name in the IANA database. */
  timeZone: string;
  visibility: Visibility;
  /** Which mails the owner has asked for. */
  mail: { summary: boolean; posts: boolean };
  /**
   * Whether the mail of each morning begins with the memories of that day. Beside `mail`, because an earlier release that
   * edits `mail` drops what it does not know in there.
   */
  memoriesInMail?: boolean | undefined;
}

/** The root of everything that one user owns. */
export interface User extends Settings {
  handle: string;
  /** The version of the tiles that all photos have. Undefined: lists read photos. A write by an earlier release drops it. */
  tiles?: string | undefined;
  /**
   * The version of the data by which all places are named and counted, or how far a job is that does so. Undefined: they are
   * not. A write by an earlier release drops it.
   */
  places?: string | undefined;
  /** When a task was enqueued that looks up the places of new photos, in milliseconds since the Unix epoch. */
  placesSoughtAt?: number | undefined;
  /**
   * The version of the words that all photos are found by, or how far a job is that indexes them. Undefined: search is not
   * complete. A write by an earlier release drops it.
   */
  words?: string | undefined;
  /** Handles it had before. They lead to it as long as it exists, so that no other account can take over its links. */
  formerHandles: string[];
  /** The key name of the `Identity` that leads here; absent in accounts of earlier versions. */
  identity?: string;
  /** The address that the issuer of the user's tokens has verified. */
  email: string | null;
  /** Since when the timeline is public, in milliseconds since the Unix epoch; null for a private one. */
  publicSince: number | null;
  /** Since when summaries are wanted, in milliseconds since the Unix epoch; null while they are not. */
  summarySince: number | null;
  /** When the latest mail about new posts was enqueued: photos posted soon after go into the same mail. */
  postsMailFrom: number | null;
  /** Raised by the owner's edits of the account; what `If-Match` compares. */
  revision: number;
  /** Raised by one with every changed photo and album: the number that labels pages and orders the change feed. */
  sequence: number;
  /** Changes up to this sequence have been forgotten. */
  feedFloor: number;
  /** When the latest photo was posted, in milliseconds since the Unix epoch: a later one is never posted before. */
  lastPostedAt: number;
  /** Albums that are not deleted. Absent in accounts that never had one. */
  albums?: number;
  /** The sequence at the last change of an album: a reader of the feed that is behind it reads albums, too. */
  albumsChanged?: number;
  /** Shares, expired ones among them. Absent in accounts that never had one. */
  shares?: number;
  /** When the operator suspended the account, in milliseconds since the Unix epoch. Absent unless it is suspended. */
  suspendedAt?: number | undefined;
  /** Own albums with members or open invitations. Absent in accounts that never had one. */
  sharedAlbums?: number;
  /** Albums of others that it is a member of or invited to. Absent in accounts that never were. */
  memberships?: number;
  /** Photos that are not in the trash. */
  photos: number;
  /** Bytes of all originals and their previews, those in the trash among them. */
  bytes: number;
  /** Uploads that can still become photos, and those that have expired and are not swept yet. */
  openUploads: number;
  /** Bytes that these have announced: they count in the quota like stored ones. */
  reservedBytes: number;
  /** The recipe that all smaller sizes have been made by, those of later photos aside. */
  recipe?: number;
  /** The number of nights in which they were made again, by which recipe, and when the last of these nights began. */
  remaking?: { recipe: number; nights: number; at: number };
  /** Days such as `2019-11-29` that the owner has hidden from the memories. Absent in accounts that never hid one. */
  hiddenDays?: readonly string[];
  /** Raised when the owner ends all upload grants: those that name another number have ended. Absent until then. */
  grantGeneration?: number;
  createdAt: number;
  /** What happened last, newest last: at least the ten latest events. */
  events: readonly AccountEvent[];
  /** The ids of the last commits, newest last: they show whether a timed-out commit was applied. */
  commits: string[];
}

/** A file that its owner sends straight to the bucket, and what the owner announced of it. */
export interface Upload {
  id: UploadId;
  object: string;
  /** URI of the resumable session. It permits writing the object: only the owner gets it, and it is never logged. */
  session: string;
  bytes: number;
  /** The part of its owner's quota that is set aside for it while it is open. Uploads of earlier versions have none. */
  reservedBytes?: number;
  type: string;
  sha256: string;
  fileName: string | null;
  /** The upload that this one is a preview of: then it becomes no photo of its own. */
  previewOf?: UploadId | undefined;
  /**
   * Set on an upload by a direct grant, which becomes a photo by itself: the generation of the user's grants, and the
   * personal token that asked for it. Its type and sha256 are empty, and `bytes` is the most that it may have.
   */
  byGrant?: { generation: number; token?: TokenId | undefined } | undefined;
  /** When it can no longer become a photo, in milliseconds since the Unix epoch. */
  expiresAt: number;
  /** What it became. The object then belongs to that photo, or is being erased. */
  outcome?: { status: PlacementStatus; photo: PhotoId };
  /** When it ended without becoming a photo, in milliseconds since the Unix epoch: its session takes no more bytes. */
  endedAt?: number;
}

/** Whether an upload can still become a photo, unless it has expired. */
export const isOpen = ({ outcome, endedAt }: Upload) => outcome === undefined && endedAt === undefined;

/** Bytes of its owner's quota that are set aside for an upload now. */
export const reservedBy = (upload: Upload) => (isOpen(upload) ? (upload.reservedBytes ?? 0) : 0);

/** What received bytes became: a new photo, the one that had them already, or that one taken out of the trash. */
export type PlacementStatus = 'created' | 'duplicate' | 'restored';

/** The photos of one user that have the same bytes. */
export interface ContentEntry {
  photos: PhotoId[];
}

/** How many photos were taken on each day of one year, keyed `07-01`; days without a photo are absent. */
export interface Year {
  days: Record<string, number>;
}

/** The stored reply of a request with an idempotency key. */
export interface IdempotencyRecord {
  /** Hash of the request's content: the same key with another one is a mistake. */
  fingerprint: string;
  /** The ids and outcomes of the reply; the reply itself is rendered again. */
  reply: unknown;
  at: number;
  /** When it expires, if not at the usual time. Milliseconds since the Unix epoch. */
  keptUntil?: number | undefined;
}

/** How long an idempotency key is remembered, in milliseconds. */
export const IDEMPOTENCY_LIFE_MS = 7 * 24 * 3_600_000;

/** When an idempotency record expires, in milliseconds since the Unix epoch. */
export const idempotencyEnd = ({ at, keptUntil = at + IDEMPOTENCY_LIFE_MS }: IdempotencyRecord) => keptUntil;

/** A task to be created: committed with its data, and deleted once the task exists. */
export interface OutboxEntry {
  job: string;
  payload: unknown;
  at: number;
  /** The task runs at this time at the earliest; at once without it. */
  notBefore?: number | undefined;
}

/** How long a photo stays in the trash, in milliseconds. */
export const TRASH_LIFE_MS = 30 * 24 * 3_600_000;

/** How long the request that wrote an outbox entry is likely to need to create its task, in milliseconds. */
export const OUTBOX_GRACE_MS = 30_000;

/** The settings of a new account. */
export const DEFAULT_ACCOUNT = {
  displayName: '',
  timeZone: 'UTC',
  visibility: 'private',
  mail: { summary: false, posts: false },
  formerHandles: [],
  email: null,
  publicSince: null,
  summarySince: null,
  postsMailFrom: null,
  lastPostedAt: 0,
  reservedBytes: 0,
  revision: 1,
  events: [],
} as const satisfies Partial<User>;

/** A new account without photos. `now` is in milliseconds since the Unix epoch. */
export const emptyUser = (handle: string, now: number): User => ({
  ...DEFAULT_ACCOUNT,
  formerHandles: [],
  handle,
  sequence: 0,
  feedFloor: 0,
  photos: 0,
  bytes: 0,
  openUploads: 0,
  createdAt: now,
  commits: [],
});
