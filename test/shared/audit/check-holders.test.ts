import { describe, expect, it } from 'vitest';
import { storedGroup } from '../store/fixtures.ts';
import { findingsIn, rowsOf } from './fixtures.ts';

const sales = 'smtp:sales@contoso.com';
const holder = storedGroup('holder', sales);

describe('checkHolders()', () => {
  it('finds a value that two objects hold, and has no repair if one holder has no row of its own', () => {
    const second = storedGroup('second', sales);
    const rows = new Map([...rowsOf([second]), ...rowsOf([holder])]);
    expect(findingsIn(rows)).toMatchObject([
      {
        code: 'ValueHeldTwice',
        detail: 'The value "smtp|sales@contoso.com" is held by the objects "holder" and "second".',
        repair: null,
      },
    ]);
  });
});
