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
      .describe("An ID token of a trusted issuer. Omit it only behind Google's Identity-Aware Proxy."),
  })
  .meta({ id: 'SignIn' });

export const Session = z
  .object({
    id: z.string().describe('The id of the account.'),
    handle: Handle,
    expiresAt: z.iso.datetime().describe('The latest end of the session. Without use it ends earlier.'),
  })
  .meta({ id: 'Session' });

const SignedInPage = z
  .object({
    id: z.string(),
    current: z.boolean().describe('Whether it is the session of this request.'),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().describe('Its last use, or up to an hour before it.'),
    expiresAt: z.iso.datetime().describe('When it ends if it is not used again.'),
    signedInAt: z.iso.datetime().describe('When the person signed in at the issuer.'),
    browser: z.string().nullable().describe('The family of the browser, such as `Firefox on Linux`.'),
    network: z.string().nullable().describe('The network of the sign-in: IPv4 /24, IPv6 /48.'),
  })
  .meta({ id: 'SignedInPage' });
export type SignedInPage = z.infer<typeof SignedInPage>;

export const SessionList = z
  .object({ items: z.array(SignedInPage), next: z.null(), prev: z.null() })
  .meta({ id: 'SessionList' });

const DisplayName = z
  .string()
  .overwrite(cleanLine)
  .max(100, 'is longer than 100 characters')
  .describe('How others see your name.');

/** The name of a time zone in the IANA database, which devices know. An offset such as `+02:00` is refused. */
const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin or UTC')
  .describe(
    'The IANA name of the time zone in which your days begin and end, such as `Europe/Berlin`. A photo whose local ' +
      'capture time is unknown gets it in this zone. A change of the zone does not change stored photos; ' +
      '`takenAt: null` moves such a photo to the new zone.',
  );

const Visibility = z
  .enum(['private', 'public'])
  .describe('`private`: only you can read your timeline. `public`: everyone can, without originals and places.');

const summary = z.boolean().describe('Mails a summary of each day on which you posted, the next morning.');
const memories = z
  .boolean()
  .describe('The mail of each morning shows your photos of this day in earlier years, too. It takes `summary`.');
const posts = z.boolean().describe('Mails you about photos that you have just posted.');

export const MeEdit = z
  .strictObject({
    displayName: DisplayName.optional(),
    handle: Handle.optional().describe('Your former handles stay yours, and links with them keep working.'),
    timeZone: TimeZone.optional(),
    visibility: Visibility.optional(),
    mail: z
      .strictObject({ summary: summary.optional(), posts: posts.optional(), memories: memories.optional() })
      .optional(),
  })
  .refine(
    (edit) => Object.keys(edit).length > 0,
    'has no field to change: send displayName, handle, timeZone, visibility or mail',
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
      memories,
      address: z
        .string()
        .nullable()
        .describe(
          'The address of your mails: the one that your issuer has verified, or in the local profile a mailbox ' +
            'on this machine.',
        ),
    }),
    createdAt: z.iso.datetime(),
    revision: z.int().describe('Raised by each edit of the account. `If-Match` compares it.'),
    places: z
      .object({
        complete: z.boolean(),
        photos: z.int().optional().describe('Photos that are done, while older ones wait.'),
      })
      .describe('Whether the places of all photos are named and counted by the present data.'),
    usage: z.object({
      photos: z.int().describe('Photos that are not in the trash.'),
      bytes: z.int().describe('Bytes of all originals and previews, including those in the trash.'),
      reservedBytes: z
        .int()
        .describe('Bytes that open uploads have announced. They count towards the quota until the upload ends.'),
      quotaBytes: z.int().describe('The most bytes that this account may hold.'),
    }),
    search: z
      .object({
        complete: z.boolean(),
        photos: z.int().optional().describe('How many photos are found by their words so far; absent when all are.'),
      })
      .describe('Whether search finds all photos. Those of an earlier release are indexed at night.'),
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
