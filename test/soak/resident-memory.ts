import { readFile } from 'node:fs/promises';

const MIB = 2 ** 20;

/** Resident memory of a process in mebibytes. */
export interface Resident {
  /** Everything but mapped database files. */
  own: number;
  /** Pages of database files, which the system takes back when it needs them. */
  mappedFiles: number;
}

/** Adds up what of a process is in memory, mapping by mapping (proc_pid_smaps(5)). */
export async function residentMemory(pid: number): Promise<Resident> {
  const resident = { own: 0, mappedFiles: 0 };
  let kind: keyof Resident = 'own';
  for (const line of (await readFile(`/proc/${pid}/smaps`, 'utf8')).split('\n')) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) kind = /\.sqlite(-wal|-shm)?$/.test(line) ? 'mappedFiles' : 'own';
    const kilobytes = /^Rss:\s+(\d+) kB/.exec(line)?.[1];
    if (kilobytes) resident[kind] += (Number(kilobytes) * 1024) / MIB;
  }
  return resident;
}
