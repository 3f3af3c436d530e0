/**
 * One story goes through all examples: Ben has photographed a lake, put the photo into an album, and shared it with Ana.
 * The key is the name of a field, `Schema.field` or `operation.field` where a name has several meanings (an operation may
 * have its status behind it), or the name of a schema whose example is more than the sum of its fields.
 */
const PHOTO = 'cya2W6cAwCeexwUZ';
const OTHER_PHOTO = 'zkrZDIoSHcX8ooPs';
const ALBUM = '4ry8fWUBCDoq1Rel';
const UPLOAD = 'V4sHXxFoFpbhBeLu';
const BEN = 'E5oayufm3glMjKqU';
const ANA = 'PcQpsaz3OByOxfaa';
const SHA256 = 'b151bf11b88398f7358a3a74bf8b7f96b9e436f3d4bb2f86034d1c412039d2d3';
const MEDIA_TOKEN = 'E5oayufm3glMjKqUvaosaas_1L49DEnmQRt7o';
const INVITATION = `${BEN}${ALBUM}SaLYtBsVkYsTv3iLOLEtjt9FBPjtKwdVzxzqC9YqJKc`;
const SHARE = `${BEN}jfLWfhdF5ATRQHAcOLEtjlqSwdqtCeTehT-Y_8yFptk`;
const GRANT = `${BEN}L24LhQO1guhLhQEXtpj8rc.0..OLEtjnMMb-p7jC5K3vqrI2BUrSw`;
const ID_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJiZW4ifQ.c2lnbmF0dXJl';
const POSTED = '2026-11-20T18:00:00.000Z';

const pictureUrl = (size: string, photo = PHOTO) => `/v1/photos/${photo}/image/${size}?t=${MEDIA_TOKEN}`;

const variants = (photo: string) => {
  const variant = (size: string, width: number, height: number) => ({
    url: pictureUrl(size, photo),
    cacheKey: `${photo}-2-${size}`,
    width,
    height,
    type: 'image/jpeg',
  });
  return {
    thumb: variant('thumb', 256, 171),
    small: variant('small', 640, 427),
    medium: variant('medium', 1280, 853),
    large: variant('large', 1800, 1200),
  };
};

/** Stands for the bytes of a picture. */
export const PICTURE_URL = pictureUrl('small');

/** Lines of a manifest, shortened. */
const MANIFEST = [
  { kind: 'photo', type: 'upsert', sequence: 1042, photo: { id: PHOTO, sha256: SHA256, caption: 'The lake at dawn' } },
  { kind: 'end', token: 'Aew07fQxkPz1uVt3', more: false },
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

export const FIELD_EXAMPLES: Readonly<Record<string, unknown>> = {
  // Photos.
  id: PHOTO,
  owner: 'ben',
  caption: 'The lake at dawn',
  alt: 'A still lake below snowy mountains',
  local: '2019-07-01T10:00:00.12',
  offset: '+02:00',
  utc: '2019-07-01T08:00:00.12Z',
  'TakenAt.source': 'exif',
  postedAt: POSTED,
  width: 1800,
  height: 1200,
  rotation: 0,
  bytes: 348_796,
  type: 'image/jpeg',
  sha256: SHA256,
  fileName: 'DSC_0665.jpg',
  make: 'NIKON CORPORATION',
  model: 'NIKON D90',
  lens: 'AF-S 18-105mm f/3.5-5.6G',
  latitude: 47.66,
  longitude: 9.18,
  country: 'Germany',
  code: 'DE',
  region: 'Baden-Württemberg',
  city: 'Konstanz',
  placeholder: 'HNcJFYJNO4mvaJiKhZh3ZsJAAR0V',
  color: '#b0caeb',
  favourite: true,
  archived: false,
  rating: 4,
  tags: ['lake', 'summer'],
  albums: [ALBUM],
  state: 'ready',
  'postPhotosByIdRetry.state': 'pending',
  'postPhotos200.status': 'duplicate',
  'putPhotosByGrantByGrant200.status': 'duplicate',
  processing: { attempts: 1, lastError: null, nextAttemptAt: null },
  variants: variants(PHOTO),
  original: { url: pictureUrl('original'), type: 'image/jpeg', bytes: 348_796 },
  revision: 2,
  'MemberPhoto.id': OTHER_PHOTO,
  'MemberPhoto.owner': 'ana',
  'MemberPhoto.variants': variants(OTHER_PHOTO),
  member: ANA,
  'getTrash.trashedAt': '2026-11-25T18:00:00.000Z',
  'getTrash.deletesAt': '2026-12-25T18:00:00.000Z',
  Problem: {
    type: 'urn:problem-type:photo-timeline:not-found',
    title: 'Not found',
    status: 404,
    detail: 'There is no such photo.',
    code: 'not-found',
  },
  PhotoEdit: { caption: 'The lake at dawn', tags: ['lake', 'summer'], favourite: true },
  BatchEdit: { id: PHOTO, ifMatch: '"2"', archived: true },
  ids: [PHOTO],
  'postPhotosCheck.sha256': [SHA256],

  // Forms and bytes. An example is JSON, which cannot hold the bytes of a file.
  image: '<the bytes of DSC_0665.jpg>',

  // Uploads and grants.
  'Upload.id': UPLOAD,
  'UploadStatus.id': UPLOAD,
  'UploadStatus.photo': null,
  'Upload.expiresAt': '2026-11-21T18:00:00.000Z',
  'UploadStatus.expiresAt': '2026-11-21T18:00:00.000Z',
  'UploadStatus.offset': 262_144,
  upload: UPLOAD,
  BatchItem: { upload: UPLOAD, caption: 'The lake at dawn' },
  sessionUrl:
    'https://storage.googleapis.com/upload/storage/v1/b/photos/o?uploadType=resumable&name=originals%2FE5oayufm3glMjKqU%2FxyihvhtCTnE6jyId&upload_id=YGIIQnjMdsVTkh1jk7S1INF33Ax',
  GrantsRequest: { count: 1, days: 14 },
  'UploadGrants.url': `https://photos.example/v1/photos/by-grant/${GRANT}`,
  grant: GRANT,

  // Lists.
  limit: 50,
  next: 'Aew07fQxkPz1',
  prev: null,
  cursor: 'Aew07fQxkPz1',
  sequence: 1042,
  count: 1,
  total: 1,
  month: '2019-07',
  date: '2019-07-01',
  from: '2019-07',
  to: '2019-07',
  complete: true,
  q: 'lake',
  text: 'lake',
  tag: 'lake',
  'Suggestions.kind': 'tag',
  'getMemories.date': '2026-07-01',
  'HiddenDayList.items': ['2019-07-01'],
  'Memory.title': '7 years ago',
  place: '["Germany","Baden-Württemberg","Konstanz"]',
  cover: PHOTO,
  coverUrls: { thumb: pictureUrl('thumb'), small: pictureUrl('small') },

  // Albums and the people in them.
  'Album.id': ALBUM,
  'Album.from': '2019-07-01',
  'Album.to': '2019-07-01',
  'Album.owner': null,
  originals: false,
  'Album.revision': 1,
  album: ALBUM,
  title: 'Summer by the lake',
  description: 'July 2019',
  members: 1,
  user: ANA,
  handle: 'ana',
  displayName: 'Ana',
  'AlbumMember.role': 'viewer',
  since: POSTED,
  invitation: 'SaLYtBsVkYsTv3iL',
  'AlbumMember.state': 'invited',
  'AlbumMember.count': 0,
  'AlbumLink.id': 'qhWbE4wFPicJdxmW',
  'AlbumLink.token': INVITATION,
  'AlbumLink.url': `https://photos.example/invitations/${INVITATION}`,
  'ReceivedInvitation.token': INVITATION,
  'ReceivedInvitation.owner': { user: BEN, handle: 'ben', displayName: 'Ben' },
  'postInvitationsByToken.role': 'viewer',
  'postInvitationsByToken.owner': { user: BEN, handle: 'ben', displayName: 'Ben' },
  'postAlbumsByIdPhotosCopy.id': OTHER_PHOTO,
  NewAlbum: { title: 'Summer by the lake', description: 'July 2019' },
  AlbumEdit: { title: 'Summer by the lake', cover: PHOTO },
  AddPhotos: { ids: [PHOTO] },
  RemovePhotos: { ids: [PHOTO] },
  CopyPhotos: { ids: [OTHER_PHOTO], member: ANA },
  NewMember: { handle: 'ana', role: 'viewer' },

  // Shares.
  'Share.id': 'jfLWfhdF5ATRQHAc',
  'Share.token': SHARE,
  'Share.url': `https://photos.example/s/${SHARE}`,
  'Share.expiresAt': '2026-12-20T18:00:00.000Z',
  'SharedHead.expiresAt': '2026-12-20T18:00:00.000Z',
  'postShares.views': 0,
  'postShares.revision': 1,
  'Share.upload': false,
  'Share.location': false,
  isOpen: true,
  hasPassword: false,
  'SharedHead.owner': 'Ben',
  'SharedHead.kind': 'album',
  'SharedHead.upload': false,
  'SharedHead.location': false,
  views: 3,
  password: 'mist over water',
  unlock: 'OLEtjtwqCeTehT-Y_8yFptk',
  NewShare: { album: ALBUM, title: 'Summer by the lake' },
  ShareEdit: { expiresAt: '2026-12-20T18:00:00.000Z', password: null },

  // Changes.
  'PhotoDelete.id': OTHER_PHOTO,
  'PhotoDelete.sequence': 1043,
  'AlbumUpsert.sequence': 1044,
  'AlbumDelete.sequence': 1045,
  'AlbumDelete.id': 'GyDJp5D5Gq1LOCZh',
  'ChangesPage.token': 'Aew07fQxkPz1uVt3',
  'getChanges.token': 'Aew07fQxkPz1uVt3',
  more: false,

  // Export and import.
  'getExport.token': 'Aew07fQxkPz1uVt3',
  getExport200: MANIFEST,
  postImportBody: MANIFEST,
  LineResult: { line: 1, kind: 'photo', status: 'updated', id: PHOTO },

  // The account.
  'Me.id': BEN,
  'Me.handle': 'ben',
  'Me.displayName': 'Ben',
  'Session.id': BEN,
  'Session.handle': 'ben',
  timeZone: 'Europe/Berlin',
  summary: true,
  posts: false,
  memories: true,
  address: 'ben@example.com',
  reservedBytes: 0,
  quotaBytes: 16_106_127_360,
  photos: 1,
  'Me.places': { complete: true },
  'Me.search': { complete: true },
  MeEdit: { displayName: 'Ben', timeZone: 'Europe/Berlin' },
  SignIn: { token: ID_TOKEN },
  LinkIdentity: { token: ID_TOKEN },
  LocalName: { name: 'ben' },
  'LocalToken.token': ID_TOKEN,
  expiresIn: 3600,
  'SignedInPage.id': '7db606e19dea6a9a0b8f69901528284e8c77352ff0eb70806728642783852983',
  current: true,
  browser: 'Firefox on Linux',
  network: '192.0.2.0/24',
  'LinkedIdentity.id': 'x0xn6lCo8UjV',
  issuer: 'https://accounts.google.com',
  label: 'ben@example.com',
  TokenRequest: { name: 'Backup', scopes: ['read'], expiresAt: '2027-11-20T18:00:00.000Z' },
  'Token.expiresAt': '2027-11-20T18:00:00.000Z',
  'MadeToken.expiresAt': '2027-11-20T18:00:00.000Z',
  'MadeToken.lastUsedAt': null,
  'Token.id': 'fWVEJqULpyTqUtuZ',
  'MadeToken.id': 'fWVEJqULpyTqUtuZ',
  'MadeToken.token': `pt_${BEN}fWVEJqULpyTqUtuZOLEtjhFGo4oNnQfv0H7R2z4693c`,
  name: 'Backup',
  scopes: ['read'],
  'Event.photo': PHOTO,
  at: POSTED,
  before: null,
  startedAt: '2026-11-19T03:00:00.000Z',
  finishedAt: '2026-11-19T03:00:04.000Z',
  'Audit.ok': true,
  missing: 0,
  damaged: 0,
  named: [],
  remade: 0,
  removed: 0,

  // Times.
  createdAt: POSTED,
  linkedAt: POSTED,
  signedInAt: POSTED,
  lastUsedAt: POSTED,
  expiresAt: '2026-12-04T18:00:00.000Z',
  trashedAt: null,
  deletesAt: null,
  takenAt: '2019-07-01T10:00:00.12+02:00',

  // Parameters: those of a path are named by its segment.
  'photos.id': PHOTO,
  'trash.id': PHOTO,
  'uploads.id': UPLOAD,
  'albums.id': ALBUM,
  'shares.id': 'jfLWfhdF5ATRQHAc',
  'tokens.id': 'fWVEJqULpyTqUtuZ',
  'sessions.id': '7db606e19dea6a9a0b8f69901528284e8c77352ff0eb70806728642783852983',
  'identities.id': 'x0xn6lCo8UjV',
  'invitations.token': INVITATION,
  'shared.token': SHARE,
  'Idempotency-Key': '5f0c1a52-6d1c-4a43-9d5c-0a9d3f4f6b1e',
  'If-Match': '"2"',
};

/** Optional fields that the story has no use for. */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  'Photo.endsEarly',
  'ListedPhoto.endsEarly',
  'ListedPhoto.fileName',
  'ListedPhoto.camera',
  'ListedPhoto.location',
  'ListedPhoto.place',
  'ListedPhoto.albums',
  'ListedPhoto.processing',
  'SharedPhoto.endsEarly',
  'MemberPhoto.endsEarly',
  'GuestPhoto.endsEarly',
  'GuestPhoto.original',
  'GuestPhoto.location',
  'Days.page',
  'Invited.link',
  'Share.photos',
  'Share.timeline',
  'UploadGrants.upload',
  'postPhotosBody.preview',
  'postPhotosBody.sha256',
  'postSharedByTokenPhotosBody.preview',
  'postSharedByTokenPhotosBody.sha256',
  'postUploadsBody.previewOf',
]);
