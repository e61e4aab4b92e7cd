import { readFile } from 'node:fs/promises';

const msPerTick = 10;

/** Returns the CPU time that processes have used since they began, in milliseconds. Linux only: it reads `/proc`. */
export async function cpuMsOf(pids: readonly (number | undefined)[]): Promise<number> {
  const running = pids.filter((pid) => pid !== undefined);
  const each = await Promise.all(running.map(cpuMs));
  return each.reduce((sum, ms) => sum + ms, 0);
}

async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the process is in parentheses and may have spaces. The 12th and 13th fields after it are the times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}
