import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { makePageToken, nextPageUrl, readPageToken } from '../../../shared/http/page-tokens.ts';
import { registrationIdOf } from '../../../shared/tenant-id.ts';
import { servicesHere } from '../../support/storage.ts';

const services = servicesHere();
const question = { registrationId: registrationIdOf('contoso', 2), list: 'errors', query: { search: 'joe', size: 10 } };
const position = { after: 'error|joe@contoso.com' };
const token = makePageToken(services, question, position);
const read = (changed: Partial<typeof question> = {}, sent = token): unknown =>
  readPageToken(services, { ...question, ...changed }, { name: 'skipToken', token: sent });

describe('readPageToken()', () => {
  it('returns the position for the same question', () => {
    expect(read()).toEqual(position);
  });

  it('ignores the order of the query and absent parameters', () => {
    const query: Record<string, unknown> = { size: 10, sortField: undefined, search: 'joe' };
    expect(readPageToken(services, { ...question, query }, { name: 'skipToken', token })).toEqual(position);
  });

  it.each([
    ['another list', { list: 'failures' }],
    ['another query', { query: { search: 'jim', size: 10 } }],
    ['another tenant', { registrationId: registrationIdOf('fabrikam', 2) }],
    ['another registration of the tenant', { registrationId: registrationIdOf('contoso', 3) }],
  ])('refuses a token of %s', (_, changed) => {
    expect(() => read(changed)).toThrow('Cannot accept the parameter "skipToken": it belongs to another list or query');
  });

  it.each(['', 'x', `${token}x`, token.slice(1)])('refuses a changed token (%#)', (changed) => {
    expect(() => read({}, changed)).toThrow(expect.objectContaining({ code: 'InvalidParameter' }) as Error);
  });

  it('cannot be read by a client', () => {
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('joe');
  });
});

describe('nextPageUrl()', () => {
  const next = (url: string, name: string): string =>
    nextPageUrl(new HttpRequest({ url, method: 'GET' }), name, 'the token');

  it('replaces the token, keeps the query, and omits the function key', () => {
    expect(next('http://localhost/api/errors?search=a%26b&skipToken=old&code=secret', 'skipToken')).toBe(
      'http://localhost/api/errors?search=a%26b&skipToken=the+token',
    );
  });

  it('replaces the token in any letter case, with and without the "$" of OData', () => {
    expect(next('http://localhost/api/users?SKIPTOKEN=1&%24skiptoken=2', '$skiptoken')).toBe(
      'http://localhost/api/users?%24skiptoken=the+token',
    );
  });
});
