import { expect, test } from 'vitest';
import { composePosts } from '../../src/features/mail-summaries/send-posts.job.ts';
import { composeSummary } from '../../src/features/mail-summaries/send-summary.job.ts';
import { newPhotoId, type PhotoId, type UserId } from '../../src/runtime/ids.ts';
import { emptyUser, type Photo } from '../../src/data/model/records.ts';

const USER = 'ana0000000000000' as UserId;
const NOVEMBER_20 = { period: 'day', key: '2026-11-20' } as const;
const SITE = 'https://photos.example';

const ana = emptyUser('ana', 0);

const photo = (stored: Partial<Photo> = {}): Photo => ({
  id: newPhotoId(),
  user: USER,
  caption: 'The lake',
  alt: '',
  fileName: 'DSC_0665.jpg',
  takenAt: {
    local: '2019-07-01T23:30:00',
    offset: '-05:00',
    utc: '2019-07-02T04:30:00Z',
    source: 'exif',
    precision: 'second',
  },
  postedAt: Date.parse('2026-11-20T00:00:00Z'),
  posted: 1,
  width: 4,
  height: 3,
  rotation: 0,
  rotations: 0,
  bytes: 1,
  type: 'image/jpeg',
  sha256: '',
  digest: 'proved',
  crc32c: '',
  md5: null,
  camera: { make: null, model: null, lens: null },
  location: null,
  object: '',
  placeholder: null,
  color: null,
  favourite: false,
  archived: false,
  state: 'ready',
  processing: { attempts: 0, lastError: null, nextAttemptAt: null },
  trashedAt: null,
  revision: 1,
  changed: 1,
  ...stored,
});

const frame = (thumbs = new Map<PhotoId, Buffer>()) => ({
  publicUrl: SITE,
  unsubscribeUrl: `${SITE}/unsubscribe?token=t`,
  thumbs,
});
const summary = (photos: Photo[], more = false) => composeSummary({ user: ana, photos, more }, NOVEMBER_20, frame());
const aboutPost = (...photos: Photo[]) => composePosts({ user: ana, photos, more: false }, frame());

test('a summary names each photo with the date it was taken and a link, in both parts', () => {
  const lake = photo();
  const { subject, text, html } = summary([lake]);
  expect(subject).toBe('One photo on 20 November 2026');
  for (const part of [text, html]) {
    expect(part).toContain('Hello ana, you posted one photo on 20 November 2026.');
    expect(part).toContain('The lake');
    // The wall-clock date of capture, wherever the reader or the server is.
    expect(part).toContain('taken on 1 July 2019');
    expect(part).toContain(`${SITE}/photo/${lake.id}`);
    expect(part).toContain(`${SITE}/user/ana/web/`);
    expect(part).toContain(`${SITE}/unsubscribe?token=t`);
  }
});

test('a photo of which only the month or the year is known has no date in a mail', () => {
  const { takenAt } = photo();
  const known = (precision: 'month' | 'year') => summary([photo({ takenAt: { ...takenAt, precision } })]).text;
  expect(known('month')).toContain('taken in July 2019');
  expect(known('year')).toContain('taken in 2019');
});

test('a summary of many photos names the newest twelve and counts all', () => {
  const photos = Array.from({ length: 15 }, (_, index) => photo({ caption: `Number ${index}.` }));
  const { subject, text, html } = summary(photos);
  expect(subject).toBe('15 photos on 20 November 2026');
  for (const part of [text, html]) {
    expect(part.match(/Number \d+\./g)).toHaveLength(12);
    expect(part).toContain('Number 0.');
    expect(part).toContain('Of 15 photos, these are the newest 12.');
  }
});

test('a count that was not finished is written as "more than"', () => {
  const { subject } = summary(
    Array.from({ length: 1000 }, () => photo()),
    true,
  );
  expect(subject).toBe('More than 1,000 photos on 20 November 2026');
});

test('nothing that a user wrote becomes markup', () => {
  const evil = `<img src=x onerror="alert('1')">&amp;`;
  for (const { html } of [summary([photo({ caption: evil })]), aboutPost(photo({ caption: evil }))]) {
    expect(html).not.toContain('<img');
    expect(html).toContain('&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;amp;');
  }
});

test('a caption stays in its line and shows what it says', () => {
  const { subject, text } = aboutPost(photo({ caption: 'One\r\nBcc: b@x.example\u2028two\u202egnp.exe ' }));
  expect(subject).toBe('New photo: One Bcc: b@x.example two gnp.exe');
  expect(text).toContain('\n\nOne Bcc: b@x.example two gnp.exe, taken on');
});

test('a long caption is cut between characters', () => {
  const family = '👨‍👩‍👧';
  const { subject } = aboutPost(photo({ caption: family.repeat(130) }));
  expect(subject).toBe(`New photo: ${family.repeat(120)}…`);
});

test('a photo without a caption goes by its file name, and without one by none', () => {
  expect(aboutPost(photo({ caption: ' ' })).subject).toBe('New photo: DSC_0665.jpg');
  expect(aboutPost(photo({ caption: '', fileName: null })).subject).toBe('New photo: Untitled');
});

test('photos that have a thumbnail bring it along, the others go without', () => {
  const [lake, mill] = [photo({ alt: 'A lake' }), photo()];
  const thumb = Buffer.from('jpeg');
  const { html, attachments } = composePosts(
    { user: ana, photos: [lake, mill], more: false },
    frame(new Map([[lake.id, thumb]])),
  );
  const [attachment, ...others] = attachments;
  expect(others).toEqual([]);
  expect(attachment).toMatchObject({ content: thumb, contentType: 'image/jpeg' });
  expect(html.match(/<img /g)).toHaveLength(1);
  expect(html).toContain(`<img src="cid:${attachment?.cid}" alt="A lake"`);
});
