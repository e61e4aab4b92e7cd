/** CPU time of processes, from outside of them. */
import { readFile } from 'node:fs/promises';

const msPerTick = 10;

/** Tells how much CPU time processes have used since they began, in milliseconds. Linux only: it reads `/proc`. */
export async function cpuMsOf(pids: readonly (number | undefined)[]): Promise<number> {
  const running = pids.filter((pid) => pid !== undefined);
  const each = await Promise.all(running.map(cpuMs));
  return each.reduce((sum, ms) => sum + ms, 0);
}

async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the process stands in parentheses and may hold spaces; the 12th and 13th field behind it are the times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}
