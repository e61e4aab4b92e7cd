#!/usr/bin/env node
/** The command line client: sends a directory to the service. */
import { tenantIdForm } from '../shared/tenant-id.ts';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { objectTypes } from '../shared/directory/objects.ts';
import { errors, type ErrorsOptions } from './commands/errors.ts';
import { sync, type SyncOptions } from './commands/sync.ts';
import { type ExitCode, exitCodes, UnreachableError, UsageError } from './exit-codes.ts';
import { isEncoding } from './read/decode.ts';
import { formats } from './read/detect-format.ts';
import { RefusedError } from './send/service.ts';

const exitCodeHelp = `
Exit codes:
  0  done
  1  done in part: operations failed, entries could not be read, or too many objects would be deleted
  2  wrong options or files, or you may not use the service
  3  the service could not be reached`;

const syncHelp = `
Files: LDIF (ldifde, ldapsearch), CSV (csvde, Export-Csv), JSON and NDJSON (ConvertTo-Json), in UTF-8 or UTF-16. "-" reads
the standard input. The files of one run are the whole directory: an object that was sent before and is in none of them is
deleted. With --partial, or if a file has change records (changetype: modify, delete, moddn), objects that no file names are
kept.

Examples:
  npm run sync -- users.ldf groups.ldf --tenant contoso --url https://contoso-sync.azurewebsites.net
  npm run sync -- users.csv --tenant contoso --url http://localhost:7071 --dry-run
  npm run sync -- people.ldif --tenant contoso --url http://localhost:7071 --upn-from mail
  ldapsearch -LLL ... | npm run --silent sync -- - --tenant contoso --url http://localhost:7071
${exitCodeHelp}`;

const errorsHelp = `
Examples:
  npm run sync -- errors --tenant contoso --url http://localhost:7071
  npm run sync -- errors --property-name UserPrincipalName --property-value joe@contoso.com
  npm run sync -- errors --search-string joe --sort-field WhenStarted --sort-direction Descending --max-results 5
  npm run --silent sync -- errors --csv > errors.csv
${exitCodeHelp}`;

function wholeNumber(smallest: number, largest = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= smallest && number <= largest) return number;
    const range = largest === Number.MAX_SAFE_INTEGER ? `from ${smallest}` : `from ${smallest} to ${largest}`;
    throw new InvalidArgumentError(`Give a whole number ${range}.`);
  };
}

function address(text: string): string {
  if (URL.canParse(text) && /^https?:/i.test(text)) return text;
  throw new InvalidArgumentError('Give an address that begins with https:// or http://.');
}

function tenantId(text: string): string {
  if (tenantIdForm.test(text)) return text;
  throw new InvalidArgumentError('Give 1 to 64 characters of a-z, 0-9 and -.');
}

function encodingName(text: string): string {
  if (isEncoding(text)) return text;
  throw new InvalidArgumentError('Give the name of an encoding, such as utf-8, utf-16le or windows-1252.');
}

function oneCharacter(text: string): string {
  const sign = text === '\\t' || text.toLowerCase() === 'tab' ? '\t' : text;
  if (sign.length === 1) return sign;
  throw new InvalidArgumentError('Give one character, or "tab".');
}

function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--url <address>', 'the address of the service').env('SYNC_URL').argParser(address))
    .addOption(new Option('--tenant <id>', 'the tenant').env('SYNC_TENANT').argParser(tenantId))
    .addOption(new Option('--key <key>', 'a function key; the environment variable is safer').env('SYNC_KEY'))
    .addOption(new Option('--token <token>', 'an access token; the environment variable is safer').env('SYNC_TOKEN'))
    .option('--retries <n>', 'how often a failed request is repeated', wholeNumber(0, 100), 5);
}

function createProgram(end: (code: ExitCode) => void): Command {
  const program = new Command('directory-sync')
    .description('Sends the users, groups and contacts of a directory to the service, and lists provisioning errors.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `\nHelp for one command: directory-sync help sync\n${exitCodeHelp}`);
  withConnection(program.command('sync', { isDefault: true }))
    .description('read the files of a directory and send the changes (the default)')
    .argument('<files...>', 'LDIF, CSV, JSON or NDJSON')
    .option('--dry-run', 'show the operations, and send nothing')
    .option('--json', 'write the outcome as JSON; with --dry-run, the operations')
    .option('--quiet', 'show no progress')
    .option('--state <file>', 'the file that remembers what was sent (default: <tenant>@<host>.sync-state)')
    .option('--no-state', 'remember nothing: send every object, delete none')
    .option('--full', 'send every object again, changed or not')
    .option('--partial', 'the files are a part of the directory: keep objects that they do not have')
    .option('--strict', 'send nothing if an entry cannot be read')
    .option('--allow-deletes <n>', 'the most objects to delete (default: 500, but never all)', wholeNumber(0))
    .addOption(new Option('--format <format>', 'the format of the files (default: detected)').choices(formats))
    .option('--encoding <name>', 'the encoding of files without a byte order mark (default: utf-8)', encodingName)
    .option('--delimiter <character>', 'the delimiter between CSV columns (default: detected)', oneCharacter)
    .option('--value-separator <text>', 'the separator of several values in one CSV cell (default: ";")')
    .option('--mapping <file>', 'a file that changes the mapping, see docs/from-active-directory.md')
    .option('--source-anchor <attribute>', 'used for entries without mS-DS-ConsistencyGuid, objectGUID and entryUUID')
    .option('--upn-from <attribute>', 'the attribute that users sign in with, such as mail')
    .addOption(new Option('--type <type>', 'the type of entries without objectClass').choices(objectTypes))
    .option('--batch-size <n>', 'the most operations in a request', wholeNumber(1, 25_000), 10_000)
    .option('--at-once <n>', 'how many requests are sent at the same time', wholeNumber(1, 16), 2)
    .addHelpText('after', syncHelp)
    .action(async (files: readonly string[], options: SyncOptions) => end(await sync(files, options)));
  withConnection(program.command('errors'))
    .description('list the quarantined values, as Get-MsolDirSyncProvisioningError did')
    .option('--category <name>', 'PropertyConflict')
    .option('--property-name <name>', 'UserPrincipalName or ProxyAddresses')
    .option('--property-value <value>', 'one value; needs --property-name')
    .option('--search-string <text>', 'a part of a name, address or value')
    .option('--sort-field <field>', 'DisplayName, UserPrincipalName or WhenStarted')
    .option('--sort-direction <direction>', 'Ascending or Descending')
    .option('--max-results <n>', 'the most results (default: all)', wholeNumber(1))
    .option('--json', 'write JSON')
    .option('--csv', 'write CSV, for spreadsheets')
    .addHelpText('after', errorsHelp)
    .action(async (options: ErrorsOptions) => end(await errors(options)));
  return program;
}

function exitCodeFor(error: unknown): ExitCode {
  // Commander has already written its message; --help is not a failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (!(error instanceof UsageError || error instanceof UnreachableError)) throw error;
  process.stderr.write(`${error.message}\n`);
  if (error instanceof UnreachableError) return exitCodes.unreachable;
  // The request was right, but the service refuses more deletes than the tenant allows: a person has to decide.
  return error instanceof RefusedError && error.status === 409 ? exitCodes.partly : exitCodes.usage;
}

// The reader of the output may stop early (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// npm runs scripts in the folder of package.json, but file names are relative to the caller's folder.
if (process.env.npm_lifecycle_event === 'sync' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
try {
  await createProgram((code) => (process.exitCode = code)).parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}
