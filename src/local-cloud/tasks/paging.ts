import { CloudError } from '../cloud-error.ts';

export interface Paged {
  parent?: string;
  pageSize?: number;
  pageToken?: string;
}

/** The id that a page goes on after. Its token is that id; what cannot be one is INVALID_ARGUMENT. */
export function pageStart({ pageToken = '' }: Paged): string {
  if (/^[A-Za-z0-9_-]{0,500}$/.test(pageToken)) return pageToken;
  throw new CloudError('INVALID_ARGUMENT', 'The page_token is not one that a list has given.');
}

/**
 * The size of a page: what was asked for, at most `most`.
 * @throws CloudError INVALID_ARGUMENT for a negative size
 */
export function pageSize({ pageSize = 0 }: Paged, most: number): number {
  if (pageSize < 0) throw new CloudError('INVALID_ARGUMENT', `The page_size must not be negative: ${pageSize}.`);
  return Math.min(pageSize || most, most);
}
