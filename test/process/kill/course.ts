import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { checked } from '../../support/checked.ts';
import { CourseCounters, CourseTimeline } from '../../support/course-replies.ts';
import { bytesOf } from '../../support/replies.ts';
import { expecting, untilDeath } from './phone.ts';
import { sha256Of, type PhotoFile } from './photo-files.ts';

/** What the course's routes have promised: posts by caption, and increments of the counters. */
export class CoursePromises {
  /** Caption → sha256. */
  readonly posts = new Map<string, string>();
  readonly doubtfulPosts = new Map<string, string>();
  increments = 0;
  doubtfulIncrements = 0;
  /** The captions of posts whose bytes have been read back. */
  readonly seen = new Set<string>();

  tally() {
    return {
      posts: this.posts.size,
      postsInDoubt: this.doubtfulPosts.size,
      increments: this.increments,
      incrementsInDoubt: this.doubtfulIncrements,
    };
  }
}

export interface CourseDeps {
  url: string;
  promises: CoursePromises;
  nextFile: () => PhotoFile;
  answered: () => void;
}

const POSTER = 'poobyj';
let posts = 0;

/** Posts one photo after the other by the form, as the course's own loop does. */
export const postUntilDeath = (deps: CourseDeps) =>
  untilDeath(deps, async ({ url, promises, nextFile }) => {
    const caption = `Post ${++posts}`;
    const { bytes, sha256 } = nextFile();
    promises.doubtfulPosts.set(caption, sha256);
    const form = request(url).post(`/post/${POSTER}/`).field('caption', caption).field('id_token', '123');
    await expecting(303, form.attach('image', bytes, 'DSC_0665.jpg'));
    promises.doubtfulPosts.delete(caption);
    promises.posts.set(caption, sha256);
  });

/** Arranges an increment of the counters by tasks now and then: their queue takes five tasks a second. */
export const countUntilDeath = (deps: CourseDeps) =>
  untilDeath(deps, async ({ url, promises }) => {
    await pause(300);
    promises.doubtfulIncrements++;
    await expecting(200, request(url).post('/counter/increment'));
    promises.doubtfulIncrements--;
    promises.increments++;
  });

/** Throws unless each acknowledged post shows once with its bytes, each doubtful one at most once, and nothing else. */
export async function auditPosts(url: string, promises: CoursePromises): Promise<void> {
  const faces = await allFaces(url, promises.posts.size > 0);
  const captions = faces.map(({ caption }) => caption);
  if (new Set(captions).size < captions.length) throw new Error('A post is doubled.');
  for (const caption of promises.posts.keys()) {
    if (!captions.includes(caption)) throw new Error(`The acknowledged "${caption}" is lost.`);
  }
  for (const { caption, image_url } of faces) {
    const sha256 = promises.posts.get(caption) ?? promises.doubtfulPosts.get(caption);
    if (promises.seen.has(caption)) continue;
    const reply = await request(url).get(`/${image_url}`).responseType('blob').expect(200);
    if (sha256Of(bytesOf(reply)) !== sha256) throw new Error(`"${caption}" has other bytes than were sent.`);
    promises.seen.add(caption);
  }
}

async function allFaces(url: string, posted: boolean): Promise<CourseTimeline['results']> {
  const faces: CourseTimeline['results'] = [];
  for (let query: string | null = ''; query !== null;) {
    const reply = await request(url).get(`/user/${POSTER}/json/${query}`);
    // Before the first post there is no such user.
    if (reply.status === 404 && !posted) return [];
    const { results, cursor } = checked(CourseTimeline, reply.body);
    faces.push(...results);
    query = cursor && `?cursor=${cursor}`;
  }
  return faces;
}

/** The counters as far as tasks have grown them: each increment counts once, however often its task is delivered. */
export const readCounters = async (url: string) =>
  checked(CourseCounters, (await request(url).get('/counter/get').accept('json').expect(200)).body);
