import { describe, expect, it } from 'vitest';
import type { ProvisioningError } from '../../../shared/directory/provisioning-error.ts';
import { errorsToCsv } from '../../../shared/views/errors-to-csv.ts';

const error: ProvisioningError = {
  errorCategory: 'PropertyConflict',
  propertyName: 'ProxyAddresses',
  propertyValue: 'smtp:sales@contoso.com',
  whenStarted: '2026-11-16T08:00:00.000Z',
  object: { objectId: '1', objectType: 'Group', displayName: 'Sales', sourceAnchor: 'a', userPrincipalName: null },
  heldBy: null,
};

const message =
  '"The proxy address ""smtp:sales@contoso.com"" is vacant again: the next sweep, within the hour, releases it to the object that has waited longest for it."';

const named = (displayName: string | null): ProvisioningError => ({
  ...error,
  object: { ...error.object, displayName },
});

async function textOf(...batches: (readonly ProvisioningError[])[]): Promise<string[]> {
  // eslint-disable-next-line @typescript-eslint/require-await -- a ready value is returned like an awaited one
  async function* given() {
    yield* batches;
  }
  const texts: string[] = [];
  for await (const text of errorsToCsv(given())) texts.push(text);
  return texts;
}

/** The cell of a display name, in which no other cell has a part. */
async function cellOf(displayName: string | null): Promise<string> {
  const [text = ''] = await textOf([named(displayName)]);
  return /08:00:00\.000Z,(.*),,Group,a,1,,,,,,,"The proxy [^\r]*\r\n$/s.exec(text)?.[1] ?? 'no cell';
}

describe('errorsToCsv', () => {
  it('begins with a byte order mark and the header, and ends each line with CR and LF', async () => {
    const [text = ''] = await textOf([error]);
    expect(text).toBe(
      '\uFEFFerrorCategory,propertyName,propertyValue,whenStarted,displayName,userPrincipalName,objectType,sourceAnchor,objectId,' +
        'heldByDisplayName,heldByUserPrincipalName,heldByObjectType,heldBySourceAnchor,heldByObjectId,heldByAttribute,message\r\n' +
        `PropertyConflict,ProxyAddresses,smtp:sales@contoso.com,2026-11-16T08:00:00.000Z,Sales,,Group,a,1,,,,,,,${message}\r\n`,
    );
  });

  it('gives a text for each batch, and the header once', async () => {
    const texts = await textOf([error], [], [error, error]);
    expect(texts.map((text) => text.split('\r\n').length - 1)).toEqual([2, 0, 2]);
    expect(texts.join('').match(/errorCategory/g)).toHaveLength(1);
  });

  it('gives the header if there is no batch', async () => {
    expect((await textOf()).join('')).toMatch(/^\uFEFFerrorCategory,.*,message\r\n$/);
  });

  it.each([
    ['Sales', 'Sales'],
    ['Sales Europe', 'Sales Europe'],
    ["O'Brien", "O'Brien"],
    ['a,b', '"a,b"'],
    // Where semicolons separate cells, what follows one begins a cell.
    ['a;=1+1', '"a;\'=1+1"'],
    ['a; @x', '"a; \'@x"'],
    ['a|-1', '"a|\'-1"'],
    ['a;"=1"', '"a;""\'=1"""'],
    ['a;\u00a0"" =1', '"a;\u00a0"""" \'=1"'],
    ['a,\u0000=1', '"a,\u0000\'=1"'],
    ["a;'=1", '"a;\'\'=1"'],
    ['a\u000b=1', '"a\u000b\'=1"'],
    ['a ; b = c - d', '"a ; b = c - d"'],
    ['Doe, Joe - Sales', '"Doe, Joe - Sales"'],
    // What cannot be seen is shown, and a text that looks like that is told apart.
    ['\u202egnp.exe', '[U+202E]gnp.exe'],
    ['a\u2028\u2066b\u2069\u061c\u200f', 'a[U+2028][U+2066]b[U+2069][U+061C][U+200F]'],
    ['[U+202E] [U+x] [', '[U+005B]U+202E] [U+x] ['],
    ['a;\u200b=1', '"a;[U+200B]=1"'],
    ['a;\u200d=1', '"a;\u200d\'=1"'],
    ['a=b;c-d', '"a=b;c-d"'],
    ['a;b', '"a;b"'],
    ['say "so"', '"say ""so"""'],
    ['"', '""""'],
    ['one\ntwo', '"one\ntwo"'],
    ['one\r\ntwo', '"one\r\ntwo"'],
    [' padded ', '" padded "'],
    ['Zoë 売上 🙂', 'Zoë 売上 🙂'],
    [null, ''],
  ])('writes %j as %j', async (displayName, cell) => {
    expect(await cellOf(displayName)).toBe(cell);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\t\'=1"'],
    ['\r=1', '"\r\'=1"'],
    ['\n=1', '"\n\'=1"'],
    ["'=1", "''=1"],
    ['"=1"', '"""\'=1"""'],
    ['--1', "'--1"],
    ['＝1+1', "'＝1+1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ["=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""],
    ['a=1', 'a=1'],
    ['1-2', '1-2'],
  ])('makes %j harmless: %j', async (displayName, cell) => {
    expect(await cellOf(displayName)).toBe(cell);
  });
});
