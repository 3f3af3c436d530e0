import { readFile, writeFile } from 'node:fs/promises';

const MIB = 2 ** 20;

/** Mebibytes that a process holds now, or has held at its peak, as proc_pid_status(5) tells them. */
export async function memoryOf(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / MIB;
}

/** Sets the peak back to what is held now: proc_pid_clear_refs(5). */
export const resetPeak = (pid: number | undefined) => writeFile(`/proc/${pid}/clear_refs`, '5');
