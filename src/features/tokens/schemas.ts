import { z } from 'zod';
import { cleanLine } from '../../http/input/human-text.ts';
import { openEnum } from '../../http/openapi/open-enum.ts';
import { SCOPES } from '../../http/scopes.ts';

export const Name = z
  .string()
  .overwrite(cleanLine)
  .min(1, 'is empty')
  .max(100, 'is longer than 100 characters')
  .describe('What you use the token for.');

export const Scopes = z
  .array(z.enum(SCOPES))
  .min(1, 'names no scope')
  .max(SCOPES.length, `has more than ${SCOPES.length} scopes`)
  .describe('What the token may do. Each operation of this document names the scope that it needs.');

export const TokenRequest = z
  .object({
    name: Name,
    scopes: Scopes,
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When the token ends: at most 366 days from now, which is also what it gets without this field.'),
  })
  .meta({ id: 'TokenRequest' });

const facts = {
  id: z.string(),
  name: Name,
  scopes: z.array(openEnum(SCOPES)).describe('What the token may do.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable().describe('Its last use, or up to 24 hours before it. Null without any.'),
};

const TokenItem = z.object(facts).meta({ id: 'Token' });
export type TokenItem = z.infer<typeof TokenItem>;

export const MadeToken = z
  .object({
    ...facts,
    token: z
      .string()
      .describe('The token itself, `pt_…`. It is in this reply and its replay alone. Send it as a bearer token.'),
  })
  .meta({ id: 'MadeToken' });

export const TokenList = z
  .object({ items: z.array(TokenItem), next: z.null(), prev: z.null() })
  .meta({ id: 'TokenList' });
