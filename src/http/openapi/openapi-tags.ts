import type { Route } from '../route.ts';

/** The groups of operations, in the order of a first app. The first segment of a path leads to one. */
const TAGS: readonly { name: string; description: string; segments: readonly string[] }[] = [
  { name: 'Photos', description: 'Upload, show, edit and trash photos.', segments: ['photos', 'trash'] },
  {
    name: 'Uploads',
    description: 'Uploads that survive broken lines: sessions straight to the bucket, and grants for the phone itself.',
    segments: ['uploads', 'upload-grants'],
  },
  { name: 'Timeline', description: 'Photos page by page, and how many each day has.', segments: ['timeline', 'users'] },
  {
    name: 'Finding',
    description: 'Photos by words, tags and places, and of this day in earlier years.',
    segments: ['search', 'tags', 'places', 'memories'],
  },
  {
    name: 'Albums',
    description: 'Photos in groups and orders of your own.',
    segments: ['albums', 'invitations', 'shared-albums'],
  },
  { name: 'Sharing', description: 'Links for guests, and what guests may do.', segments: ['shares', 'shared'] },
  {
    name: 'Export and import',
    description: 'All that an account holds, to take along.',
    segments: ['export', 'import'],
  },
  { name: 'Sync', description: 'What has changed since a position, to keep a copy on a phone.', segments: ['changes'] },
  {
    name: 'Account',
    description: 'The account, its sessions, tokens and identities.',
    segments: ['me', 'session', 'sessions', 'tokens', 'passkeys', 'local'],
  },
  { name: 'Service', description: 'What holds for all accounts.', segments: ['limits'] },
];

/** The group of an operation; that of the service for all other paths. */
export function tagOf({ path }: Route): string {
  const [, segment = ''] = /^\/(?:v1\/)?([\w-]*)/.exec(path) ?? [];
  return TAGS.find(({ segments }) => segments.includes(segment))?.name ?? 'Service';
}

/** The groups that operations are in. */
export function tagsOf(routes: readonly Route[]): { name: string; description: string }[] {
  const used = new Set(routes.filter(({ documented = true }) => documented).map(tagOf));
  return TAGS.filter(({ name }) => used.has(name)).map(({ name, description }) => ({ name, description }));
}
