import { describe, expect, it } from 'vitest';
import { readText, shownEntry } from './read-text.ts';

describe('csvde', () => {
  it("writes a row for each entry, with quotes around commas and binary values as X'...'", async () => {
    const text = [
      'DN,objectClass,cn,objectGUID,proxyAddresses',
      `"CN=Wood\\, Joe,DC=contoso,DC=com",top;person;organizationalPerson;user,"Wood, ""Joe""",X'405e4730aee7f34aaf758b143c81daf5',SMTP:joe@contoso.com;smtp:jw@contoso.com`,
      '"CN=Plain,DC=contoso,DC=com",contact,Plain,,',
      '',
    ].join('\r\n');
    const [first, second, ...more] = await readText(text);
    expect(shownEntry(first)).toEqual({
      dn: ['CN=Wood\\, Joe,DC=contoso,DC=com'],
      objectclass: ['top', 'person', 'organizationalPerson', 'user'],
      cn: ['Wood, "Joe"'],
      objectguid: [new Uint8Array(Buffer.from('405e4730aee7f34aaf758b143c81daf5', 'hex'))],
      proxyaddresses: ['SMTP:joe@contoso.com', 'smtp:jw@contoso.com'],
    });
    expect(shownEntry(second)).toMatchObject({ objectclass: ['contact'], cn: ['Plain'] });
    expect(more).toEqual([]);
  });
});

describe('Export-Csv', () => {
  it('quotes everything below a #TYPE line, and may use any delimiter', async () => {
    for (const delimiter of [',', ';', '\t', '|']) {
      const rows = [
        ['DistinguishedName', 'ObjectClass', 'UserPrincipalName', 'Department'],
        ['CN=Joe,DC=contoso,DC=com', 'user', 'joe@contoso.com', 'R&D; "Tools"\r\nand more'],
      ].map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter));
      const text = ['#TYPE Microsoft.ActiveDirectory.Management.ADUser', ...rows, ''].join('\r\n');
      const [row, ...more] = await readText(`\uFEFF${text}`);
      expect(row).toMatchObject({ line: 3, kind: 'entry', entry: { dn: 'CN=Joe,DC=contoso,DC=com' } });
      expect(shownEntry(row)).toMatchObject({ department: ['R&D; "Tools"\r\nand more'] });
      expect(more).toEqual([]);
    }
  });
});

describe('values in one cell', () => {
  const addresses = async (cell: string, valueSeparator?: string): Promise<unknown> => {
    const [row] = await readText(`cn|proxyAddresses\nA|${cell}\n`, { delimiter: '|', valueSeparator });
    return (shownEntry(row) as Record<string, unknown>).proxyaddresses;
  };

  it('are joined by ";", which a backslash makes part of a value', async () => {
    expect(await addresses('smtp:a@b; smtp:c@d ;')).toEqual(['smtp:a@b', 'smtp:c@d']);
    expect(await addresses('X500:/o=A\\;B;smtp:c@d')).toEqual(['X500:/o=A;B', 'smtp:c@d']);
  });

  it('keep the ";" of an X.400 address, which Export-Csv does not mark', async () => {
    expect(await addresses('X400:C=US;A= ;P=Contoso;smtp:c@d')).toEqual(['X400:C=US;A= ;P=Contoso', 'smtp:c@d']);
  });

  it('may have another separator', async () => {
    expect(await addresses('smtp:a@b, smtp:c@d', ',')).toEqual(['smtp:a@b', 'smtp:c@d']);
  });

  it('are not split in a column of a single-valued attribute', async () => {
    const [row] = await readText('cn,displayName\nA,Joe; the second\n');
    expect(shownEntry(row)).toMatchObject({ displayname: ['Joe; the second'] });
  });
});

describe('malformed CSV', () => {
  it('is reported with its line, and the other rows are read', async () => {
    const text = 'cn,sn\nA,B\nC\n"D\nE",F\n"G"x,H\nI,J,K\nL,M\n';
    expect(
      (await readText(text)).map(({ line, ...rest }) => [line, 'reason' in rest ? rest.reason : rest.kind]),
    ).toEqual([
      [2, 'entry'],
      [3, 'it has 1 columns, and the header has 2'],
      [4, 'entry'],
      [6, 'it has a misplaced quote'],
      [7, 'it has 3 columns, and the header has 2'],
      [8, 'entry'],
    ]);
  });

  it('is reported if a quote is never closed', async () => {
    const readings = await readText('cn,sn\nA,B\n"C,D\nE,F\n');
    expect(readings).toMatchObject([
      { kind: 'entry' },
      { line: 3, kind: 'problem', reason: 'a quote is opened and never closed; nothing after it is read' },
    ]);
  });

  it('is reported if bytes are invalid in the encoding', async () => {
    const latin = Buffer.from('cn,sn\nJörg,Müller\n', 'latin1');
    expect(await readText(latin)).toMatchObject([
      { line: 2, kind: 'problem', reason: expect.stringContaining('--encoding') as string },
    ]);
    const [row] = await readText(latin, { encoding: 'windows-1252' });
    expect(shownEntry(row)).toMatchObject({ cn: ['Jörg'], sn: ['Müller'] });
  });

  it('has no entries if there is only a header, or nothing', async () => {
    expect(await readText('cn,sn\n')).toEqual([]);
    expect(await readText('')).toEqual([]);
  });
});

describe('lines of CSV', () => {
  it('are counted with either line end, inside quotes and if they are blank', async () => {
    for (const end of ['\n', '\r\n']) {
      const text = ['', 'cn,sn', 'A,B', '', `"C${end}c",D`, 'E', 'F,G', ''].join(end);
      expect((await readText(text)).map(({ line, kind }) => [line, kind])).toEqual([
        [3, 'entry'],
        [5, 'entry'],
        [7, 'problem'],
        [8, 'entry'],
      ]);
    }
  });
});
