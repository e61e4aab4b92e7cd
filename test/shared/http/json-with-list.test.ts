import { describe, expect, it } from 'vitest';
import { jsonWithList } from '../../../shared/http/json-with-list.ts';

const entries = Array.from({ length: 200 }, (_, number) => ({ number, text: 'x'.repeat(8 * 1024) }));

async function textOf(body: unknown): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('jsonWithList()', () => {
  it('writes an object whose last property is the list, however long', async () => {
    const { body } = jsonWithList({ name: 'a\u202e' }, 'value', entries);
    const text = await textOf(body);
    expect(text.startsWith(String.raw`{"name":"a\u202e","value":[{"number":0,`)).toBe(true);
    expect(JSON.parse(text)).toEqual({ name: 'a\u202e', value: entries });
    expect(JSON.parse(await textOf(jsonWithList({ a: 1 }, 'value', []).body))).toEqual({ a: 1, value: [] });
  });

  it('lets others run between its pieces', async () => {
    let turns = 0;
    let isDone = false;
    const takeTurns = (): void => {
      turns++;
      if (!isDone) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    await textOf(jsonWithList({ a: 1 }, 'value', entries).body);
    isDone = true;
    // 200 entries of 8 KiB in pieces of 64 KiB.
    expect(turns).toBeGreaterThan(20);
  });
});
