/** Reads the settings from the environment, checked, all problems in one message. */

export type Settings = {
  /** Where Table Storage is; `UseDevelopmentStorage=true` is Azurite. */
  readonly storageConnectionString: string;
};

/** Reads the settings. Throws one error that names every setting that is missing or malformed. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const settings = { storageConnectionString: readStorage(environment.AzureWebJobsStorage, problems) };
  checkSchedule('SWEEP_SCHEDULE', environment.SWEEP_SCHEDULE, problems);
  if (problems.length > 0) {
    throw new Error(
      `Cannot start: ${problems.join('; ')}. Set it in the function app's settings, or locally in local.settings.json.`,
    );
  }
  return settings;
}

/** The host reads the schedules itself; without one it would leave its timer out, and say so only in its log. */
function checkSchedule(name: string, value: string | undefined, problems: string[]): void {
  if (value?.trim().split(/\s+/).length === 6) return;
  problems.push(
    `${name} is ${value ? `"${value}"` : 'missing'}; it is an NCRONTAB of six fields, such as "0 0 * * * *"`,
  );
}

function readStorage(value: string | undefined, problems: string[]): string {
  if (!value) {
    problems.push('AzureWebJobsStorage is missing; it is the connection string of the storage account');
    return '';
  }
  const isWhole =
    /^UseDevelopmentStorage=true;?$/i.test(value) || (/AccountName=/i.test(value) && /AccountKey=/i.test(value));
  if (!isWhole && !/SharedAccessSignature=/i.test(value)) {
    problems.push('AzureWebJobsStorage is no connection string of a storage account (AccountName=...;AccountKey=...)');
  }
  return value;
}
