import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { openEnum } from '../../http/openapi/open-enum.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { AccountEvent } from '../../data/rules/events.ts';
import { readActivity, type ActivityDeps } from './read-activity.ts';

const Event = z
  .object({
    at: z.iso.datetime(),
    kind: openEnum([
      'upload',
      'edit',
      'trash',
      'restore',
      'erase',
      'reject',
      'sign-in',
      'token-made',
      'token-revoked',
      'suspended',
      'unsuspended',
      'share-revoked',
    ]).describe(
      '`reject`: the service removed a photo whose bytes do not have the announced sha256. `suspended`, `unsuspended` and ' +
        '`share-revoked`: the operator did this.',
    ),
    photo: z.string().nullable().describe('The photo, if the event concerns exactly one.'),
    photos: z.int().describe('How many photos the event concerns.'),
  })
  .meta({ id: 'Event' });

export const ActivityReply = z
  .object({
    items: z.array(Event).describe('The ten latest events, newest first.'),
    before: z.iso.datetime().nullable().describe('Events before this time are being deleted. Null if there are none.'),
  })
  .meta({ id: 'Activity' });

export const activityRoutes = (deps: ActivityDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/me/activity',
    summary: 'The ten latest events of your account, and the time before which events are being deleted.',
    access: 'user',
    scope: 'read',
    replies: { 200: ActivityReply, 304: null },
    errors: ['not-found'],
    async handle({ caller }) {
      const { events, before } = await readActivity(deps, caller.user);
      const body = { items: events.map(present), before: before === null ? null : new Date(before).toISOString() };
      return { status: 200, body, etag: bodyTag(body), headers: { 'Cache-Control': 'private, no-cache' } };
    },
  }),
];

const present = ({ at, kind, photo, photos }: AccountEvent): z.infer<typeof Event> => ({
  at: new Date(at).toISOString(),
  kind,
  photo: photo ?? null,
  photos: photos ?? (photo ? 1 : 0),
});
