import type { Operations } from './api-types.ts';
import type { CallArguments, CallInput, OperationName, ReplyOf } from './calls.ts';

/** An operation that lists: its replies are pages, and its query takes a cursor. */
export type ListName = {
  [Name in OperationName]: Operations[Name] extends {
    query: { cursor?: string };
    reply: { items: unknown[]; next: string | null };
  }
    ? Name
    : never;
}[OperationName];

export type ItemOf<Name extends ListName> = ReplyOf<Name>['items'][number];

type Call = <Name extends ListName>(name: Name, input: CallInput<Name>) => Promise<ReplyOf<Name>>;

/** Reads a list page by page, each when it is asked for, until its end. */
export async function* pagesOf<Name extends ListName>(
  call: Call,
  name: Name,
  ...[input]: CallArguments<Name>
): AsyncGenerator<ReplyOf<Name>, void> {
  const given = { ...input } as CallInput<Name> & { query?: { cursor?: string | undefined } };
  for (let cursor = given.query?.cursor; ;) {
    const page = await call(name, { ...given, query: { ...given.query, cursor } });
    yield page;
    if (page.next === null) return;
    cursor = page.next;
  }
}
