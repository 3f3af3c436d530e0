import request from 'supertest';
import { afterAll } from 'vitest';
import { smtpSink, type Manners, type ReceivedMail } from '../mail/smtp-sink.ts';
import { checked } from '../support/checked.ts';
import { CourseTimeline } from '../support/course-replies.ts';
import { picture } from '../support/picture.ts';
import { startWorld, type WorldOptions } from '../support/world.ts';

/** Where the links in mails lead. */
export const SITE = 'https://photos.example';

/** A world whose mail leaves by SMTP, for a server that keeps it and whose manners can be changed. */
export async function startMailWorld(cloud: WorldOptions['cloud'] = {}) {
  const manners: Manners = {};
  const sink = await smtpSink(manners);
  afterAll(() => sink[Symbol.asyncDispose]());
  const env = { SMTP_URL: sink.url, MAIL_FROM: 'photos@photos.example', PUBLIC_URL: SITE };
  const world = await startWorld({ env, cloud });
  const get = (path: string) => request(world.url).get(path).expect(200);

  return {
    world,
    manners,
    get,
    mailTo: (name: string) => sink.received.filter(({ to }) => to === `${name}@localhost`),
    /** A user with these wishes who posts photos with these captions; returns what tasks about them carry. */
    async poster(name: string, captions: string[], wishes: object = { mail: { summary: true } }) {
      const user = await world.user(name);
      await user.patch('/v1/me').send(wishes).expect(200);
      for (const caption of captions) await user.upload(await picture(), { fields: { caption } }).expect(201);
      const { body } = await get(`/user/${name}/json/`);
      const { results } = checked(CourseTimeline, body);
      const [, userId = '', photo = ''] = /^image\/(\w+)\.(\w+)\/$/.exec(results[0]?.image_url ?? '') ?? [];
      return { userId, photo };
    },
    /** What cron does by the sample's routes, and all that follows from it. */
    async mailSummaries(path = '/tasks/summary') {
      await get(path);
      await world.drain();
    },
  };
}

/** One header of a received mail, unfolded. */
export function headerOf(mail: ReceivedMail | undefined, name: string): string | undefined {
  const [head = ''] = (mail?.data ?? '').split('\r\n\r\n');
  const line = new RegExp(`^${name}: (.*)$`, 'im').exec(head.replaceAll(/\r\n[ \t]+/g, ' '));
  return line?.[1]?.trim();
}
