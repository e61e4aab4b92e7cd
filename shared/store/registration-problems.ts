/** The rules for the row of a registered tenant. A row that breaks one is refused; nothing in it is guessed. */
import { isTimeZone } from '../calendar/local-time.ts';
import { registerAgain } from '../messages/finding-texts.ts';

/** A column of a registration that breaks its rule, and a description of how. */
type RegistrationProblem = { readonly column: string; readonly detail: string };

/** The row of a tenant cannot be read. Every use of the tenant is refused until it can. */
export class DamagedRegistration extends Error {
  readonly tenantId: string;

  constructor(tenantId: string, problems: readonly RegistrationProblem[]) {
    const details = problems.map(({ detail }) => detail).join('; ');
    super(`Cannot use tenant "${tenantId}": its registration cannot be read, ${details}. ${registerAgain}`);
    this.name = 'DamagedRegistration';
    this.tenantId = tenantId;
  }
}

type Rule = { readonly may: (value: unknown) => boolean; readonly says: string };

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const isTime = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(value));

/** An earlier version wrote rows without the column. */
const orMissing = ({ may, says }: Rule): Rule => ({ may: (value) => value === undefined || may(value), says });

const rules: Readonly<Record<string, Rule>> = {
  initialDomain: { may: (value) => isText(value) && value.includes('.'), says: 'a domain' },
  displayName: { may: isText, says: 'a text' },
  recipients: { may: (value) => isListOfTexts(parsed(value)), says: 'a list of addresses as JSON' },
  placeholderSeparator: { may: (value) => value === '+' || value === '', says: '"+" or ""' },
  mailTimeZone: orMissing({ may: (value) => isText(value) && isKnownZone(value), says: 'a time zone' }),
  mailHour: orMissing({ may: (value) => isNumber(value, 0, 23), says: 'an hour' }),
  accidentalDeletionThreshold: orMissing({ may: (value) => isNumber(value, 0), says: 'a number of objects' }),
  retentionDays: orMissing({ may: (value) => isNumber(value, 0), says: 'a number of days' }),
  generation: orMissing({ may: (value) => isNumber(value, 1), says: 'the number of registrations of the id' }),
  refusedExport: orMissing({
    may: (value) => value === '' || isRefusedExport(parsed(value)),
    says: 'a refused export as JSON',
  }),
  placeholderRenewal: orMissing({
    may: (value) => value === '' || isRenewal(parsed(value)),
    says: 'the progress of a placeholder renewal as JSON',
  }),
  registeredAt: orMissing({ may: isTime, says: 'a time' }),
  deletingSince: orMissing({ may: isTime, says: 'a time' }),
};

/** Returns the columns of a registered tenant's row that break their rules. */
export function registrationProblems(row: Readonly<Record<string, unknown>>): readonly RegistrationProblem[] {
  return Object.entries(rules).flatMap(([column, { may, says }]) => {
    const value = row[column];
    // The details are logged, and logs contain no recipients.
    const held = column === 'recipients' && isText(value) ? `a text of ${value.length} characters` : shown(value);
    return may(value) ? [] : [{ column, detail: `"${column}" is ${held}, not ${says}` }];
  });
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (!isText(value))
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
  const text = JSON.stringify(value.slice(0, 100).toWellFormed());
  return value.length > 100 ? `${text}...` : text;
}

/** Parses JSON; undefined if the value is not JSON. */
function parsed(value: unknown): unknown {
  if (!isText(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isRefusedExport(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { exportId, at, deletes, threshold, allowDeletes } = value as Readonly<Record<string, unknown>>;
  const isAllowed = allowDeletes === null || isNumber(allowDeletes, 0);
  return isText(exportId) && isText(at) && isNumber(deletes, 0) && isNumber(threshold, 0) && isAllowed;
}

function isRenewal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { cleanSince } = value as Readonly<Record<string, unknown>>;
  return cleanSince === null || (isText(cleanSince) && !Number.isNaN(Date.parse(cleanSince)));
}

const zones = new Map<string, boolean>();

/** Remembers the answer: checking a time zone takes as long as all other rules together. */
function isKnownZone(name: string): boolean {
  const known = zones.get(name) ?? isTimeZone(name);
  zones.set(name, known);
  return known;
}
