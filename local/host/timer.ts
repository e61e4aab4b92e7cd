import { Cron } from 'croner';
import { describeError } from './create-log.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { TypedData } from './programming-model.ts';

/** A timer function with its schedule. */
export type Timer = {
  readonly called: HostedFunction;
  readonly schedule: string;
  /** Returns the input of the function for a run now. */
  data(): TypedData;
  /** Starts the schedule. */
  start(run: () => Promise<unknown>): void;
  stop(): void;
};

/** Returns whether a function runs on a schedule. */
export function isTimer({ trigger }: HostedFunction): boolean {
  return trigger.type.toLowerCase() === 'timertrigger';
}

/** Returns the timer of a function, not yet started. Throws if its schedule is not a six-field NCRONTAB expression. */
export function createTimer(called: HostedFunction): Timer {
  const { schedule, runOnStartup, useMonitor } = called.trigger as {
    schedule?: unknown;
    runOnStartup?: boolean;
    useMonitor?: boolean;
  };
  const cron = parseSchedule(called.name, String(schedule));
  let last: Date | undefined;
  let job: Cron | undefined;

  return {
    called,
    schedule: String(schedule),
    data: () => timerData(useMonitor === false ? null : { last, next: cron.nextRun() }),
    start(run) {
      const runDue = async (): Promise<void> => {
        await run();
        last = new Date();
      };
      // `protect` skips a run that is due while the function still runs: a timer never runs twice at once.
      job = new Cron(cron.getPattern() ?? '', { ...cronOptions, protect: true }, runDue);
      if (runOnStartup === true) void job.trigger();
    },
    stop: () => job?.stop(),
  };
}

// In NCRONTAB, both the day of the month and the day of the week must match, and 5/15 is allowed.
const cronOptions = { mode: '6-part', timezone: 'UTC', domAndDow: true, sloppyRanges: true } as const;

function parseSchedule(name: string, schedule: string): Cron {
  try {
    // The cron library has more features than NCRONTAB. In the cloud, they would fail.
    if (/[?#+@]|(?<![a-z])[lw](?![a-z])/i.test(schedule))
      throw new Error('it uses a feature that NCRONTAB does not have');
    return new Cron(schedule, { ...cronOptions, paused: true });
  } catch (error) {
    throw new Error(
      `Cannot schedule function "${name}": "${schedule}" is not a six-field NCRONTAB expression (${describeReason(error)})`,
      { cause: error },
    );
  }
}

function describeReason(error: unknown): string {
  return error instanceof Error ? error.message : describeError(error);
}

function timerData(status: { last: Date | undefined; next: Date | null } | null): TypedData {
  return {
    json: JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: status && {
        // In .NET a date cannot be absent; this is its default.
        Last: status.last?.toISOString() ?? '0001-01-01T00:00:00',
        LastUpdated: status.last?.toISOString() ?? '0001-01-01T00:00:00',
        Next: status.next?.toISOString(),
      },
      IsPastDue: false,
    }),
  };
}
