import { describe, expect, it } from 'vitest';
import { isWithoutToken, locate } from '../../../shared/identity/locate.ts';

describe('locate()', () => {
  it('returns a connection string unchanged', () => {
    const connection = { connectionString: 'UseDevelopmentStorage=true' };
    expect(locate(connection)).toEqual(connection);
  });

  it('returns a credential for an endpoint, and loads nothing yet', () => {
    const endpoint = 'https://contoso.table.core.windows.net/';
    expect(locate({ endpoint, clientId: undefined })).toEqual({
      endpoint,
      credential: { getToken: expect.any(Function) as unknown },
    });
  });
});

describe('isWithoutToken()', () => {
  it.each([
    ['CredentialUnavailableError', true],
    ['RestError', false],
  ])('of a %s is %s', (name, expected) => {
    expect(isWithoutToken(Object.assign(new Error('x'), { name }))).toBe(expected);
  });

  it('of a value that is no error is false', () => {
    expect(isWithoutToken({ name: 'CredentialUnavailableError' })).toBe(false);
  });
});
