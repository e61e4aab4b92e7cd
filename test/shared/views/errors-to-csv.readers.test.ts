import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProvisioningError } from '../../../shared/directory/provisioning-error.ts';
import { errorsToCsv } from '../../../shared/views/errors-to-csv.ts';
import { cellsOf, formulasIn, readers, separators } from '../../support/csv-readers.ts';
import { hostileText, hostileTexts } from '../../support/hostile/texts.ts';

/** What readers of CSV make of hostile texts: a cell begins where the reader says, and none is a formula. */

const bidiControl = /\p{Bidi_Control}/u;

function errorOf(texts: readonly string[]): ProvisioningError {
  const [propertyValue = '', displayName = '', holder = ''] = texts;
  const object = { objectId: '1', objectType: 'Group' as const, sourceAnchor: 'a', userPrincipalName: null };
  return {
    errorCategory: 'PropertyConflict',
    propertyName: 'ProxyAddresses',
    propertyValue,
    whenStarted: '2026-11-16T08:00:00.000Z',
    object: { ...object, displayName },
    heldBy: { ...object, displayName: holder, attribute: 'proxyAddresses' },
  };
}

async function csvOf(errors: readonly ProvisioningError[]): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/require-await -- a ready value is returned like an awaited one
  async function* batches() {
    yield errors;
  }
  let text = '';
  for await (const part of errorsToCsv(batches())) text += part;
  return text;
}

/** Separators, quotes, blanks and apostrophes, as close to what begins a formula as can be. */
const tangled = fc
  .array(fc.constantFrom(...',;|\t\r\n\v \u00a0\u0000"\'=+-@＝﹣\u200b\u200d\u202ea['.split(/(?:)/u)), {
    maxLength: 12,
  })
  .map((characters) => characters.join(''));
const text = fc.oneof(
  tangled,
  hostileText,
  fc.tuple(tangled, fc.constantFrom(...hostileTexts.formulas), tangled).map((parts) => parts.join('')),
);
const texts = fc.array(text, { minLength: 3, maxLength: 3 });

/** What the documentation says to do to get the text back. */
function plainTextOf(cell: string): string {
  return cell
    .replace(
      /(?<=(?:^|[,;|\t\n\v\f\r\u0085])[\s\p{Cc}"\u200c\u200d\p{Variation_Selector}]*'*)'(?=[=+\-@＝＋－＠﹦﹢﹣﹫])/gu,
      '',
    )
    .replace(/\[U\+([0-9A-F]{4,6})\]/g, (_, number: string) => String.fromCodePoint(Number.parseInt(number, 16)));
}

describe('errorsToCsv() as readers split it', () => {
  it.each(readers)(
    'has no cell that begins a formula: $delimiter as the separator, quote $quote, trim $trim',
    async (reader) => {
      await fc.assert(
        fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 3 }), async (all) => {
          expect(formulasIn(await csvOf(all.map(errorOf)), reader)).toEqual([]);
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(readers)(
    'makes formulas harmless that a cell of another separator begins: $delimiter, $quote, $trim',
    async (reader) => {
      const hostile = separators.flatMap((separator) =>
        ['', ' ', '"', '""', ' " ', '\u00a0', "'", '\n'].map((between) => `x${separator}${between}=cmd|' /C calc'!A0`),
      );
      const csv = await csvOf(hostile.map((one) => errorOf([one, one, one, one])));
      expect(cellsOf(csv, reader).some((cell) => cell.includes("'=cmd"))).toBe(true);
      expect(formulasIn(csv, reader)).toEqual([]);
    },
  );

  it('has no bidirectional control', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        expect(await csvOf([errorOf(all)])).not.toMatch(bidiControl);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every text, for a reader that splits at commas', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        const [, row = []] = parse(await csvOf([errorOf(all)]), { bom: true });
        const cells = [row[2], row[4], row[9]].map((cell) => plainTextOf(cell ?? ''));
        expect(cells).toEqual(all.map((one) => one.toWellFormed()));
      }),
      { numRuns: 1_000 },
    );
  });
});
