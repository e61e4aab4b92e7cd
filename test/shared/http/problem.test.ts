import { describe, expect, it } from 'vitest';
import { refusalFor, toProblemDocument } from '../../../shared/http/problem.ts';
import { RequestError } from '../../../shared/request-error.ts';
import { TooMuchToRead } from '../../../shared/store/read-rows.ts';
import { IssuerUnavailable } from '../../../shared/tokens/issuer-unavailable.ts';

const issuer = new URL('https://issuer.example/keys');

describe('refusalFor()', () => {
  it.each<[string, unknown, number, string]>([
    ['a refusal', new RequestError('ObjectNotFound', 'Cannot find it.'), 404, 'ObjectNotFound'],
    ['an issuer that does not answer', new IssuerUnavailable(issuer, new Error('no route')), 503, 'IssuerUnavailable'],
    ['too many rows', new TooMuchToRead(), 413, 'PayloadTooLarge'],
    ['an unexpected error', new TypeError('x is undefined'), 500, 'InternalError'],
    ['a value that is not an error', 'oops', 500, 'InternalError'],
  ])('has the status and code for %s', (_, error, status, code) => {
    expect(refusalFor(error)).toMatchObject({ status, code });
  });

  it('does not reveal the text of an unexpected error', () => {
    expect(refusalFor(new TypeError('secret')).detail).not.toContain('secret');
  });

  it('says when to try again after a 503, in seconds', () => {
    expect(refusalFor(new RequestError('StorageBusy', 'Busy.')).headers).toEqual({ 'Retry-After': '5' });
    const later = new RequestError('TestMailTooSoon', 'Wait.', [], { retryAfterSeconds: 42 });
    expect(refusalFor(later).headers).toEqual({ 'Retry-After': '42' });
  });

  it('says how to authenticate after a 401', () => {
    expect(refusalFor(new RequestError('TokenMissing', 'No token.')).headers).toEqual({ 'WWW-Authenticate': 'Bearer' });
  });
});

describe('toProblemDocument()', () => {
  const documentOf = (error: RequestError): unknown =>
    JSON.parse(toProblemDocument(refusalFor(error), { invocationId: 'a-b-c' }).body as string);

  it('has the members of RFC 9457, and the id of the invocation', () => {
    expect(documentOf(new RequestError('ObjectNotFound', 'Cannot find it.'))).toEqual({
      type: 'urn:duplicate-attribute-resiliency:ObjectNotFound',
      title: expect.stringMatching(/./) as string,
      status: 404,
      detail: 'Cannot find it.',
      instance: 'urn:uuid:a-b-c',
    });
  });

  it('lists the invalid places of a body', () => {
    const problems = [{ pointer: '/operations/0', detail: 'must be an object' }];
    expect(documentOf(new RequestError('InvalidBody', 'Invalid.', problems))).toMatchObject({ errors: problems });
  });
});
