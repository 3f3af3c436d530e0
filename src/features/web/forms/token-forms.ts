import { z } from 'zod';
import { readFields } from '../../../http/input/read-fields.ts';
import type { Caller } from '../../../http/route.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { randomText } from '../../../runtime/ids.ts';
import { presentToken } from '../../tokens/routes.ts';
import { Name, Scopes } from '../../tokens/schemas.ts';
import type { Tokens } from '../../tokens/tokens.ts';
import { TOKEN_DAYS, type TokenSection } from '../pages/token-section.ts';
import { DAY_MS } from '../../../runtime/durations.ts';

export interface TokenFormDeps {
  tokens: Tokens;
  clock: Clock;
}

/** Reads what the page shows of a caller's personal tokens. */
export const readTokens = async ({ tokens }: TokenFormDeps, { user }: Caller): Promise<TokenSection> => ({
  tokens: (await tokens.list(user)).map(presentToken),
  formKey: randomText(16),
});

const MakeForm = z.object({
  tokenName: Name,
  scopes: Scopes,
  days: z.enum(Object.keys(TOKEN_DAYS)).transform(Number),
  formKey: z.string().min(1).max(100),
});

/**
 * Makes the personal token that a form asks for. A form that is sent again gets the same token.
 * @throws AppError invalid-request, too-many-tokens, idempotency-mismatch, gone
 */
export async function makeTokenByForm(deps: TokenFormDeps, { user }: Caller, fields: URLSearchParams) {
  const { tokenName, scopes, days, formKey } = readFields(MakeForm, {
    tokenName: fields.get('tokenName') ?? '',
    scopes: fields.getAll('scopes'),
    days: fields.get('days') ?? '',
    formKey: fields.get('formKey') ?? '',
  });
  const made = await deps.tokens.make(user, {
    name: tokenName,
    scopes,
    lifeMs: days * DAY_MS,
    idempotencyKey: `form ${formKey}`,
  });
  return { name: made.name, token: made.text };
}
