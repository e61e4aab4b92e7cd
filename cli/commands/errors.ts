/** `errors`: lists provisioning errors, with the filters of `Get-MsolDirSyncProvisioningError`. */
import { toJsonText } from '../../shared/to-json-text.ts';
import { type ExitCode, exitCodes, UsageError } from '../exit-codes.ts';
import { type ObjectReference, type ProvisioningError, shownName } from '../send/export-answer.ts';
import type { Service } from '../send/service.ts';
import { table } from '../show/table.ts';
import { count } from '../show/count.ts';
import { connect, type ConnectionOptions } from './connect.ts';

export type ErrorsOptions = ConnectionOptions & {
  readonly category?: string;
  readonly propertyName?: string;
  readonly propertyValue?: string;
  readonly searchString?: string;
  readonly sortField?: string;
  readonly sortDirection?: string;
  readonly maxResults?: number;
  readonly json?: true;
  readonly csv?: true;
};

type Page = { readonly value: readonly ProvisioningError[]; readonly nextLink?: string };

/** Runs `errors` and returns its exit code. Throws `UsageError` and `UnreachableError`. */
export async function errors(options: ErrorsOptions): Promise<ExitCode> {
  if (options.json && options.csv)
    throw new UsageError('Cannot write JSON and CSV at once: give either --json or --csv.');
  const service = connect(options, (line) => process.stderr.write(`${line}\n`));
  const path = `/provisioningErrors?${queryOf(options)}`;
  if (options.csv) await writeCsv(service, path);
  else if (options.json) await writeJson(service, path);
  else await writeTable(service, path);
  return exitCodes.done;
}

function queryOf(options: ErrorsOptions): string {
  const { category, propertyName, propertyValue, searchString, sortField, sortDirection, maxResults } = options;
  const query = {
    ...{ errorCategory: category, propertyName, propertyValue, searchString, sortField, sortDirection },
    maxResults: maxResults?.toString(),
    pageSize: options.csv ? undefined : '1000',
  };
  return new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ).toString();
}

async function writeCsv(service: Service, path: string): Promise<void> {
  const { body } = await service.open(path, { accept: 'text/csv' });
  for await (const chunk of body ?? []) process.stdout.write(chunk);
}

async function writeJson(service: Service, path: string): Promise<void> {
  let separator = '[';
  for await (const page of pagesOf(service, path)) {
    for (const error of page) {
      process.stdout.write(`${separator}\n  ${toJsonText(error)}`);
      separator = ',';
    }
  }
  process.stdout.write(separator === '[' ? '[]\n' : '\n]\n');
}

async function writeTable(service: Service, path: string): Promise<void> {
  const header = ['since', 'property', 'value', 'waiting', 'held by', 'source anchor'];
  let total = 0;
  for await (const page of pagesOf(service, path)) {
    total += page.length;
    if (page.length > 0) process.stdout.write(`${table(header, page.map(rowOf))}\n\n`);
  }
  process.stdout.write(`${count(total, 'provisioning error')}\n`);
}

function rowOf({ whenStarted, propertyName, propertyValue, object, heldBy }: ProvisioningError): readonly string[] {
  const since = whenStarted.slice(0, 16).replace('T', ' ');
  const holder = heldBy ? nameOf(heldBy) : 'no object: the next sweep releases it';
  return [since, propertyName, propertyValue, nameOf(object), holder, object.sourceAnchor];
}

function nameOf(object: ObjectReference): string {
  return `${object.objectType} ${shownName(object)}`;
}

async function* pagesOf(service: Service, path: string): AsyncGenerator<readonly ProvisioningError[]> {
  let next: string | undefined = path;
  while (next !== undefined) {
    const { value, nextLink } = (await service.json(next)) as Page;
    yield value;
    // Only the query of the link is used, so that the key never goes to another address than the one that was given.
    next = nextLink === undefined ? undefined : `/provisioningErrors${new URL(nextLink).search}`;
  }
}
