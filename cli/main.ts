#!/usr/bin/env node
/** The command line client: a directory's side of the service. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { objectTypes } from '../shared/directory/objects.ts';
import { errors, type ErrorsOptions } from './commands/errors.ts';
import { sync, type SyncOptions } from './commands/sync.ts';
import { type ExitCode, exitCodes, UnreachableError, UsageError } from './failures.ts';
import { isEncoding } from './read/decode.ts';
import { formats } from './read/detect-format.ts';
import { RefusedError } from './send/service.ts';

const exitCodeHelp = `
Exit codes:
  0  done
  1  done in part: operations failed, entries could not be read, or there were more deletes than are allowed
  2  the options, the files or your rights are wrong
  3  the service could not be reached`;

const syncHelp = `
Files: LDIF (ldifde, ldapsearch), CSV (csvde, Export-Csv), JSON and NDJSON (ConvertTo-Json), in UTF-8 or UTF-16; "-" is the
standard input. The files of one run are the whole directory: what was sent before and is in none of them is deleted. A file
with change records (changetype: modify, delete, moddn), or --partial, deletes nothing but what it names.

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
  if (/^[a-z0-9-]{1,64}$/.test(text)) return text;
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
    .addOption(new Option('--url <address>', 'where the service is').env('SYNC_URL').argParser(address))
    .addOption(new Option('--tenant <id>', 'the tenant').env('SYNC_TENANT').argParser(tenantId))
    .addOption(new Option('--key <key>', 'a function key; better in the environment').env('SYNC_KEY'))
    .addOption(new Option('--token <token>', 'an access token; better in the environment').env('SYNC_TOKEN'))
    .option('--retries <n>', 'how often a request is repeated', wholeNumber(0, 100), 5);
}

function createProgram(end: (code: ExitCode) => void): Command {
  const program = new Command('directory-sync')
    .description('Sends the users, groups and contacts of a directory, and asks what became of them.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `\nEvery command explains itself: directory-sync help sync\n${exitCodeHelp}`);
  withConnection(program.command('sync', { isDefault: true }))
    .description('read the files of a directory, and send what has changed (the default)')
    .argument('<files...>', 'LDIF, CSV, JSON or NDJSON')
    .option('--dry-run', 'show what would be sent, and send nothing')
    .option('--json', 'write the outcome, or with --dry-run the operations, as JSON')
    .option('--quiet', 'show no progress')
    .option('--state <file>', 'remembers what was sent (default: <tenant>@<host>.sync-state)')
    .option('--no-state', 'remember nothing: send everything, delete nothing')
    .option('--full', 'send every object again, changed or not')
    .option('--partial', 'the files hold a part of the directory: delete nothing that they do not name')
    .option('--strict', 'send nothing where an entry cannot be read')
    .option('--allow-deletes <n>', 'the most objects to delete (default: 500, and never all)', wholeNumber(0))
    .addOption(new Option('--format <format>', 'of the files, else by how each begins').choices(formats))
    .option('--encoding <name>', 'of files without a byte order mark (default: utf-8)', encodingName)
    .option('--delimiter <character>', 'between the columns of CSV, else by its header', oneCharacter)
    .option('--value-separator <text>', 'between the values in a column of CSV (default: ";")')
    .option('--mapping <file>', 'changes the mapping, see docs/from-active-directory.md')
    .option('--source-anchor <attribute>', 'where there is no mS-DS-ConsistencyGuid, objectGUID or entryUUID')
    .option('--upn-from <attribute>', 'the attribute with which users sign in, such as mail')
    .addOption(new Option('--type <type>', 'of entries without objectClass').choices(objectTypes))
    .option('--batch-size <n>', 'the most operations of a request', wholeNumber(1, 25_000), 10_000)
    .option('--at-once <n>', 'how many requests are under way at once', wholeNumber(1, 16), 2)
    .addHelpText('after', syncHelp)
    .action(async (files: readonly string[], options: SyncOptions) => end(await sync(files, options)));
  withConnection(program.command('errors'))
    .description('list the quarantined values, as Get-MsolDirSyncProvisioningError did')
    .option('--category <name>', 'PropertyConflict')
    .option('--property-name <name>', 'UserPrincipalName or ProxyAddresses')
    .option('--property-value <value>', 'only with --property-name')
    .option('--search-string <text>', 'a part of a name, address or value')
    .option('--sort-field <field>', 'DisplayName, UserPrincipalName or WhenStarted')
    .option('--sort-direction <direction>', 'Ascending or Descending')
    .option('--max-results <n>', 'at most so many (default: all)', wholeNumber(1))
    .option('--json', 'as JSON')
    .option('--csv', 'as CSV, for spreadsheets')
    .addHelpText('after', errorsHelp)
    .action(async (options: ErrorsOptions) => end(await errors(options)));
  return program;
}

function exitCodeFor(error: unknown): ExitCode {
  // Commander has written its message already; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (!(error instanceof UsageError || error instanceof UnreachableError)) throw error;
  process.stderr.write(`${error.message}\n`);
  if (error instanceof UnreachableError) return exitCodes.unreachable;
  // The service refuses more deletes than the tenant allows: the request was right, and a person has to decide.
  return error instanceof RefusedError && error.status === 409 ? exitCodes.partly : exitCodes.usage;
}

// Who reads the output may have seen enough of it (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// npm runs scripts in the folder of package.json; files are named from where the caller stands.
if (process.env.npm_lifecycle_event === 'sync' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
try {
  await createProgram((code) => (process.exitCode = code)).parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}
