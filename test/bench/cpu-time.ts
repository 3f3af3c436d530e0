import { readFile } from 'node:fs/promises';

/** Ticks a second in which the kernel counts CPU time for everybody (USER_HZ, proc_pid_stat(5)). */
const TICKS = 100;

/** What a process has used of all cores so far, in seconds. */
export async function cpuTime(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field, the name, may hold blanks; the user and the system time are the 14th and the 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
