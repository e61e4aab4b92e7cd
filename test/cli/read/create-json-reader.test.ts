import { describe, expect, it } from 'vitest';
import { createJsonSplitter } from '../../../cli/read/create-json-splitter.ts';
import { readText, shownEntry } from './read-text.ts';

const shown = async (text: string): Promise<unknown> =>
  (await readText(text)).map((reading) =>
    reading.kind === 'problem' ? [reading.line, reading.reason] : [reading.line, shownEntry(reading)],
  );

describe('ConvertTo-Json', () => {
  it('writes a list or a single object, over many lines', async () => {
    const object = '{\r\n  "Name": "A {\\"}",\r\n  "Count": 2,\r\n  "Enabled": true,\r\n  "Title": null\r\n}';
    const entry = { dn: null, name: ['A {"}'], count: ['2'], enabled: ['true'] };
    expect(await shown(`[\r\n${object},\r\n${object}\r\n]`)).toEqual([
      [2, entry],
      [8, entry],
    ]);
    expect(await shown(object)).toEqual([[1, entry]]);
  });

  it('writes lists in two ways, and bytes as numbers', async () => {
    const bytes = [64, 94, 71, 48, 174, 231, 243, 74, 175, 117, 139, 20, 60, 129, 218, 245];
    const object = {
      DistinguishedName: 'CN=A',
      proxyAddresses: ['smtp:a@b', 'smtp:c@d'],
      ObjectClass: { value: ['top', 'user'], Count: 2 },
      'mS-DS-ConsistencyGuid': bytes,
      Other: { Deep: 1 },
      None: [],
    };
    expect(await shown(JSON.stringify([object]))).toEqual([
      [
        1,
        {
          dn: 'CN=A',
          distinguishedname: ['CN=A'],
          proxyaddresses: ['smtp:a@b', 'smtp:c@d'],
          objectclass: ['top', 'user'],
          'ms-ds-consistencyguid': [Uint8Array.from(bytes)],
        },
      ],
    ]);
  });

  it('writes UTF-16 through ">" in Windows PowerShell', async () => {
    const text = '\uFEFF[{"cn":"Jörg"}]';
    const [entry] = await readText(Buffer.from(text, 'utf16le'));
    expect(shownEntry(entry)).toEqual({ dn: null, cn: ['Jörg'] });
    const swapped = Buffer.from(text, 'utf16le').swap16();
    expect(shownEntry((await readText(swapped))[0])).toEqual({ dn: null, cn: ['Jörg'] });
  });
});

describe('malformed JSON', () => {
  it('spoils one object of a list, but not the others', async () => {
    const text = '[\n{"cn":"A"},\n{"cn":},\n{"cn":"C" "sn":1},\n7,\n{"cn":"D"}\n]';
    expect(await shown(text)).toEqual([
      [2, { dn: null, cn: ['A'] }],
      [3, expect.stringContaining('it is not JSON') as string],
      [4, expect.stringContaining('it is not JSON') as string],
      [5, '"7," is not part of an object in braces'],
      [6, { dn: null, cn: ['D'] }],
    ]);
  });

  it('is reported if the file is cut off', async () => {
    expect(await shown('[\n{"cn":"A"},\n{"cn":"B')).toEqual([
      [2, { dn: null, cn: ['A'] }],
      [3, 'the object in braces that begins here has no end'],
    ]);
    expect(await shown('[\n{"cn":"A"},\n')).toEqual([
      [2, { dn: null, cn: ['A'] }],
      [3, 'the list in brackets has no end: the file is cut off'],
    ]);
  });
});

describe('NDJSON', () => {
  it('has an object on each line, so a malformed line spoils only itself', async () => {
    expect(await shown('{"cn":"A"}\n\n{"cn":"B"\n[1]\n{"cn":"C"}')).toEqual([
      [1, { dn: null, cn: ['A'] }],
      [3, expect.stringContaining('it is not JSON') as string],
      [4, 'it is not an object in braces'],
      [5, { dn: null, cn: ['C'] }],
    ]);
  });
});

describe('createJsonSplitter()', () => {
  it('finds the same objects however the text is cut into pieces', () => {
    const text = ' [ {"a":"\\\\\\"}{[\\n","b":[{"c":[]}]},\n{"d":"\\u007b"} , {}\n]\n';
    const whole = createJsonSplitter();
    const expected = [...whole.push(text), ...whole.end()];
    expect(expected.map(({ line }) => line)).toEqual([1, 2, 2]);
    for (const size of [1, 2, 3, 7]) {
      const elements = createJsonSplitter();
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect([...pieces.flatMap((piece) => elements.push(piece)), ...elements.end()]).toEqual(expected);
    }
  });
});
