/** What a run has done. */
export interface TakeoutReport {
  /** Originals that this run has fetched, and their bytes. */
  fetched: number;
  bytes: number;
  /** Changed photos whose originals were there already. */
  present: number;
  sidecars: number;
  albums: number;
  /** Lists of albums that this run has written. */
  lists: number;
  /** Paths of photos that are gone from the account. */
  removed: string[];
  /** Files that were changed by another program, and where they are now. */
  setAside: string[];
  /** By the id of the photo. */
  failures: Map<string, { path: string; reason: string }>;
  /** What the folder holds now. */
  total: { photos: number; bytes: number };
  startedAtMs: number;
}

export const newReport = (): TakeoutReport => ({
  fetched: 0,
  bytes: 0,
  present: 0,
  sidecars: 0,
  albums: 0,
  lists: 0,
  removed: [],
  setAside: [],
  failures: new Map(),
  total: { photos: 0, bytes: 0 },
  startedAtMs: Date.now(),
});

export const hasFailures = ({ failures }: TakeoutReport) => failures.size > 0;

/** The report in words. */
export function reportOf(done: TakeoutReport, folder: string): string {
  const { fetched, bytes, present, sidecars, albums, lists, removed, setAside, failures, total } = done;
  const seconds = Math.max(1, Math.round((Date.now() - done.startedAtMs) / 1000));
  const lines = [
    `Fetched ${count(fetched, 'original')}, ${size(bytes)}, in ${duration(seconds)}.`,
    ...(fetched > 0 ? ['Each of them has the digest of its photo.'] : []),
    ...(present > 0 ? [`The originals of ${count(present, 'new or changed photo')} were there already.`] : []),
    `Wrote ${count(sidecars, 'sidecar')} and ${count(lists, 'album list')}.`,
    ...section('These photos are gone from the account. Their files are in removed/:', removed),
    ...section('These files were changed by another program. They are now:', setAside),
    ...section(
      'These photos could not be saved. The next run tries them again:',
      Array.from(failures.values(), ({ path, reason }) => `${path}: ${reason}`),
    ),
    `${folder} holds ${count(total.photos, 'photo')}, ${size(total.bytes)}, and ${count(albums, 'album')}.`,
  ];
  return `${lines.join('\n')}\n`;
}

const section = (title: string, rows: string[]) => (rows.length > 0 ? [title, ...rows.map((row) => `  ${row}`)] : []);

const count = (number: number, noun: string) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

export function size(bytes: number): string {
  const unit = SIZES.find(({ least }) => bytes >= least);
  return unit ? `${(bytes / unit.least).toFixed(1)} ${unit.name}` : count(bytes, 'byte');
}

const SIZES = [
  { least: 1e12, name: 'TB' },
  { least: 1e9, name: 'GB' },
  { least: 1e6, name: 'MB' },
  { least: 1e3, name: 'kB' },
];

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
