/** 0: done. 1: done in part. 2: wrong options, files or rights. 3: the service could not be reached. */
export const exitCodes = { done: 0, partly: 1, usage: 2, unreachable: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The options, the files or the rights of the caller are wrong. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The service did not answer, not even after all retries. */
export class UnreachableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreachableError';
  }
}
