import type { protos } from '@google-cloud/tasks';

/** Writes a table with aligned columns. */
export function inColumns(head: string[], rows: string[][]): string {
  const lines = head.length > 0 ? [head, ...rows] : rows;
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Returns `variants` of `projects/p/locations/l/queues/variants`. */
export const lastPart = (name: string | null | undefined) => name?.split('/').at(-1) ?? '';

export function instant(time: protos.google.protobuf.ITimestamp | null | undefined): string {
  if (!time) return '';
  return new Date(Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1e6).toISOString();
}
