import { z } from 'zod';
import { cleanLine } from '../../http/input/human-text.ts';
import { Handle } from './handle.ts';

export const SignIn = z
  .object({
    token: z
      .string()
      .min(1)
      .max(16_384)
      .optional()
      .describe("An ID token of an issuer that is trusted here. Left out only behind Google's Identity-Aware Proxy."),
  })
  .meta({ id: 'SignIn' });

export const Session = z
  .object({
    id: z.string().describe('The id of the account.'),
    handle: Handle,
    expiresAt: z.iso.datetime().describe('When the session ends at the latest. Without use it ends earlier.'),
  })
  .meta({ id: 'Session' });

const SignedInPage = z
  .object({
    id: z.string(),
    current: z.boolean().describe('Whether it is the session of this very request.'),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().describe('Up to an hour before its last use.'),
    expiresAt: z.iso.datetime().describe('When it ends without another use.'),
    signedInAt: z.iso.datetime().describe('When the person signed in at the issuer.'),
    browser: z.string().nullable().describe('The family of the browser, such as `Firefox on Linux`.'),
    network: z.string().nullable().describe('The network that it was begun from: IPv4 /24, IPv6 /48.'),
  })
  .meta({ id: 'SignedInPage' });

export const SessionList = z
  .object({ items: z.array(SignedInPage), next: z.null(), prev: z.null() })
  .meta({ id: 'SessionList' });

const DisplayName = z
  .string()
  .overwrite(cleanLine)
  .max(100, 'is longer than 100 characters')
  .describe('How others see your name.');

/** A time zone by its name in the IANA database, as the device itself knows it. Offsets such as `+02:00` are none. */
const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin or UTC')
  .describe(
    'The IANA name of the time zone in which your days begin and end, such as `Europe/Berlin`. Photos of which only the ' +
      'instant is known are shown and counted in it. Photos that are there keep their times when it changes; ' +
      '`takenAt: null` shows such a photo in the new zone.',
  );

const Visibility = z
  .enum(['private', 'public'])
  .describe('Whether your timeline is for you alone, or for everybody, without originals and places.');

const summary = z.boolean().describe('A summary of each day on which you posted, in your morning.');
const posts = z.boolean().describe('A mail about what you have just posted.');

export const MeEdit = z
  .strictObject({
    displayName: DisplayName.optional(),
    handle: Handle.optional().describe('Your former handles stay yours, and links with them go on working.'),
    timeZone: TimeZone.optional(),
    visibility: Visibility.optional(),
    mail: z.strictObject({ summary: summary.optional(), posts: posts.optional() }).optional(),
  })
  .refine(
    (edit) => Object.keys(edit).length > 0,
    'names nothing to change: send displayName, handle, timeZone, visibility or mail',
  )
  .meta({ id: 'MeEdit' });
export type MeEdit = z.infer<typeof MeEdit>;

export const Me = z
  .object({
    id: z.string(),
    handle: Handle,
    displayName: DisplayName,
    timeZone: TimeZone,
    visibility: Visibility,
    mail: z.object({
      summary,
      posts,
      address: z
        .string()
        .nullable()
        .describe(
          'Where mail goes: the address that your sign-in has verified, or your mailbox on this machine in the local profile.',
        ),
    }),
    createdAt: z.iso.datetime(),
    revision: z.int().describe('Raised by your edits of the account; what `If-Match` compares.'),
    usage: z.object({
      photos: z.int().describe('Photos that are not in the trash.'),
      bytes: z.int().describe('Bytes of all originals and previews, those in the trash among them.'),
      reservedBytes: z
        .int()
        .describe('Bytes that open uploads have announced. They count in the quota until the upload ends.'),
      quotaBytes: z.int().describe('The bytes that this account may hold.'),
    }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
