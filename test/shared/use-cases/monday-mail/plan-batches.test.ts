import { describe, expect, it } from 'vitest';
import { planBatches } from '../../../../shared/use-cases/monday-mail/plan-batches.ts';
import type { Batch } from '../../../../shared/store/week-mails.ts';

const addresses = (count: number) => Array.from({ length: count }, (_, n) => `admin${n}@contoso.com`);
const plan = (batches: readonly Batch[], recipients: readonly string[]) =>
  planBatches(batches, recipients, (number) => `id-${number}`);
const batch = (number: number, state: Batch['state'], ...to: string[]): Batch => ({
  number,
  operationId: `id-${number}`,
  to,
  state,
});

describe('planBatches()', () => {
  it.each([
    [0, []],
    [1, [1]],
    [50, [50]],
    [51, [50, 1]],
    [100, [50, 50]],
    [500, Array.from({ length: 10 }, () => 50)],
  ])('splits %i recipients into batches of %j', (count, sizes) => {
    const batches = plan([], addresses(count));
    expect(batches.map(({ to }) => to.length)).toEqual(sizes);
    expect(batches.flatMap(({ to }) => to)).toEqual(addresses(count));
    expect(batches.map(({ operationId }) => operationId)).toEqual(sizes.map((_, n) => `id-${n}`));
  });

  it('includes an address once, in any letter case', () => {
    expect(plan([], ['Ann@contoso.com', 'ann@CONTOSO.com']).flatMap(({ to }) => to)).toEqual(['Ann@contoso.com']);
  });

  it.each(['accepted', 'pending'] as const)(
    'keeps an %s batch unchanged, and adds a batch for the other recipients',
    (state) => {
      const kept = batch(0, state, 'ann@contoso.com', 'gone@contoso.com');
      expect(plan([kept], ['ANN@contoso.com', 'bob@contoso.com'])).toEqual([
        kept,
        batch(1, 'pending', 'bob@contoso.com'),
      ]);
    },
  );

  it('puts the present recipients of a refused batch into a new batch with a new id', () => {
    const batches = [
      batch(0, 'accepted', 'ann@contoso.com'),
      batch(1, 'refused', 'bob@contoso.com', 'bad@contoso.com'),
    ];
    expect(plan(batches, ['ann@contoso.com', 'bob@contoso.com'])).toEqual([
      batches[0],
      batch(2, 'pending', 'bob@contoso.com'),
    ]);
  });
});
