/** One property of a composite index. */
export interface IndexProperty {
  name: string;
  direction: 'asc' | 'desc';
}

/** An index that index.yaml declares. */
export interface CompositeIndex {
  kind: string;
  /** Whether the rows are kept once for each ancestor, so that ancestor queries can use them. */
  ancestor: boolean;
  properties: IndexProperty[];
}

/** The index as a fragment of index.yaml. */
export function describeIndex({ kind, ancestor, properties }: CompositeIndex): string {
  const lines = properties.flatMap(({ name, direction }) => [
    `  - name: ${name}`,
    ...(direction === 'desc' ? ['    direction: desc'] : []),
  ]);
  return [`- kind: ${kind}`, ...(ancestor ? ['  ancestor: yes'] : []), '  properties:', ...lines].join('\n');
}

/** The properties before the key, which is the last part of every row. */
export const valueProperties = ({ properties }: CompositeIndex) => properties.filter(({ name }) => name !== '__key__');

/** Whether rows of equal values lie in descending key order: as declared, or like the last property. */
export const keyDescends = ({ properties }: CompositeIndex) => properties.at(-1)?.direction === 'desc';
