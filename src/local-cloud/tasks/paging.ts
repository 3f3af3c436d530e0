import { CloudError } from '../cloud-error.ts';

export interface Named {
  name?: string;
}

export interface Paged {
  parent?: string;
  pageSize?: number;
  pageToken?: string;
}

/** How many a page has: what was asked for, but not more than `most`. A negative size is INVALID_ARGUMENT. */
export function pageSize({ pageSize = 0 }: Paged, most: number): number {
  if (pageSize < 0) throw new CloudError('INVALID_ARGUMENT', `The page_size must not be negative: ${pageSize}.`);
  return Math.min(pageSize || most, most);
}
