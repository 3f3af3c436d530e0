import { z } from 'zod';
import { Handle } from './handle.ts';

export const SignIn = z
  .object({ token: z.string().min(1).max(16_384).describe('An ID token of an issuer that is trusted here.') })
  .meta({ id: 'SignIn' });

export const Session = z
  .object({
    id: z.string().describe('The id of the account.'),
    handle: Handle,
    expiresAt: z.iso.datetime().describe('When the session ends.'),
  })
  .meta({ id: 'Session' });

export const Me = z
  .object({
    id: z.string(),
    handle: Handle,
    createdAt: z.iso.datetime(),
    usage: z.object({
      photos: z.int().describe('Photos that are not in the trash.'),
      bytes: z.int().describe('Bytes of all originals, those in the trash among them.'),
      quotaBytes: z.int().describe('The bytes that this account may hold.'),
    }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;
