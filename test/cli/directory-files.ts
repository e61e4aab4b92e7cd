/** Files of one small directory, as different tools write them. */

/** An entry of the directory: attributes by name. A Buffer is the bytes of a GUID. */
export type Person = Readonly<Record<string, string | readonly string[] | Buffer>>;

const personClasses = ['top', 'person', 'organizationalPerson'];

/** Returns a user of Active Directory. */
export function user(name: string, changes: Person = {}): Person {
  return {
    distinguishedName: `CN=${name.replace(',', '\\,')},OU=People,DC=contoso,DC=com`,
    objectClass: [...personClasses, 'user'],
    cn: name,
    objectGUID: guidOf(name),
    displayName: name,
    department: 'Sales, "Tools"',
    userPrincipalName: `${name.toLowerCase().replace(/\W/g, '')}@contoso.com`,
    ...changes,
  };
}

/** Returns a group or a contact of Active Directory. */
export function other(kind: 'group' | 'contact', name: string, changes: Person = {}): Person {
  const objectClass = kind === 'group' ? ['top', 'group'] : [...personClasses, 'contact'];
  const distinguishedName = `CN=${name},OU=People,DC=contoso,DC=com`;
  return { distinguishedName, objectClass, cn: name, objectGUID: guidOf(name), ...changes };
}

/** Returns the GUID of the entry with this name. */
export function guidOf(name: string): Buffer {
  return Buffer.from(name.padEnd(16, '\u00ff').slice(0, 16), 'latin1');
}

/** Returns the source anchor of the entry with this name. */
export function anchorOf(name: string): string {
  return guidOf(name).toString('base64');
}

/** `ldifde -u -f`: UTF-16 with a byte order mark, CR LF, folded, every entry an add. */
export function ldifde(people: readonly Person[]): Uint8Array {
  const text = people.map((person) => `${['changetype: add', ...ldifLines(person)].join('\r\n')}\r\n`);
  const named = text.map((record, index) => `dn: ${String(people[index]?.distinguishedName)}\r\n${record}\r\n`);
  return Buffer.from(`\uFEFF${named.join('')}`, 'utf16le');
}

function ldifLines(person: Person): readonly string[] {
  return Object.entries(person).flatMap(([name, values]) =>
    (Array.isArray(values) ? (values as string[]) : [values as string | Buffer]).map((value) =>
      fold(Buffer.isBuffer(value) ? `${name}:: ${value.toString('base64')}` : `${name}: ${value}`),
    ),
  );
}

function fold(line: string): string {
  return (line.match(/.{1,60}/gu) ?? []).join('\r\n ');
}

/** `csvde -f`: a column for each attribute, values joined by `;`, bytes as `X'...'`. */
export function csvde(people: readonly Person[]): string {
  return rows(people, { quoteAll: false, write: (value) => `X'${value.toString('hex')}'` });
}

/** `Get-ADObject | Select-Object | Export-Csv` of Windows PowerShell: `#TYPE`, everything quoted, GUIDs as text. */
export function exportCsv(people: readonly Person[]): string {
  const table = rows(people, { quoteAll: true, write: guidText });
  return `#TYPE Selected.Microsoft.ActiveDirectory.Management.ADObject\r\n${table}`;
}

/** `Get-ADObject | ConvertTo-Json`. */
export function convertToJson(people: readonly Person[]): string {
  const plain = people.map((person) =>
    Object.fromEntries(
      Object.entries(person).map(([name, value]) => [name, Buffer.isBuffer(value) ? guidText(value) : value]),
    ),
  );
  return JSON.stringify(plain, undefined, 4).replaceAll('\n', '\r\n');
}

function rows(people: readonly Person[], { quoteAll, write }: { quoteAll: boolean; write: (bytes: Buffer) => string }) {
  const columns = [...new Set(people.flatMap((person) => Object.keys(person)))];
  const quote = (text: string): string =>
    quoteAll || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const cell = (value: Person[string] | undefined): string => {
    if (value === undefined) return quote('');
    if (Buffer.isBuffer(value)) return quote(write(value));
    return quote(typeof value === 'string' ? value : value.join(';'));
  };
  const lines = people.map((person) => columns.map((column) => cell(person[column])).join(','));
  const header = columns.map((column) => quote(column === 'distinguishedName' && !quoteAll ? 'DN' : column));
  return [header.join(','), ...lines, ''].join('\r\n');
}

function guidText(bytes: Buffer): string {
  const hex = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('hex');
  const swapped = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), hex(8, 10), hex(10, 16)].join('-');
}
