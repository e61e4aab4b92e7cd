/** Why a command ends without having done its work, and the exit codes. */

/** 0: done. 1: done in part. 2: the options, files or rights are wrong. 3: the service could not be reached. */
export const exitCodes = { done: 0, partly: 1, usage: 2, unreachable: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the caller got wrong: options, files, or what they may do. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The service did not answer, as often as it was asked. */
export class UnreachableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreachableError';
  }
}
