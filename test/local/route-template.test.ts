import { describe, expect, it } from 'vitest';
import { compareRoutes, matchRoute, parseRouteTemplate } from '../../local/host/route-template.ts';

const match = (template: string, path: string) => matchRoute(parseRouteTemplate(template), path);

describe('matchRoute()', () => {
  it('matches literals regardless of case, with or without a slash at the end', () => {
    expect(match('api/Things', 'api/things/')).toEqual({});
  });

  it('returns the value of a parameter', () => {
    expect(match('api/things/{id}', 'api/things/7')).toEqual({ id: '7' });
  });

  it('decodes each segment separately, so that an encoded slash stays in its parameter', () => {
    expect(match('things/{id}/parts/{part}', 'things/QF5H%2FMK%2B7%3D%3D/parts/a+b%20c')).toEqual({
      id: 'QF5H/MK+7==',
      part: 'a+b c',
    });
  });

  it('keeps a percent sign that encodes nothing', () => {
    expect(match('things/{id}', 'things/100%')).toEqual({ id: '100%' });
  });

  it.each([
    ['fewer segments', 'things/{id}', 'things'],
    ['an empty segment', 'things/{id}', 'things/'],
    ['more segments', 'things/{id}', 'things/1/2'],
    ['another literal', 'things/{id}', 'rings/1'],
    ['text for a number', 'things/{id:int}', 'things/one'],
    ['a path for the empty template', '', 'things'],
  ])('does not match %s', (_, template, path) => {
    expect(match(template, path)).toBeUndefined();
  });

  it('leaves out an optional parameter that is absent', () => {
    expect(match('things/{id?}', 'things')).toEqual({});
  });

  it('returns all remaining segments as the rest', () => {
    expect(match('files/{*path}', 'files/a/b%2Fc')).toEqual({ path: 'a/b/c' });
  });

  it('matches the root with the empty template', () => {
    expect(match('', '')).toEqual({});
  });

  it.each([
    ['int', '-12'],
    ['long', '12345678901'],
    ['bool', 'True'],
    ['guid', '2f1f5c0e-8a4e-4a53-9f5f-0d3c5d1d6a11'],
    ['alpha', 'abc'],
  ])('knows the constraint %s', (constraint, value) => {
    expect(match(`{value:${constraint}}`, value)).toEqual({ value });
    expect(match(`{value:${constraint}}`, '1.5')).toBeUndefined();
  });
});

describe('parseRouteTemplate()', () => {
  it.each(['{id:odd}', 'a{id}b', '{id', '{id=7}'])('refuses the unknown form "%s"', (template) => {
    expect(() => parseRouteTemplate(template)).toThrow(`Cannot use route "${template}"`);
  });
});

describe('compareRoutes()', () => {
  it('puts the more literal template first', () => {
    const templates = ['a/{*rest}', 'a/{b}/c', 'a/{b}', 'a/{b:int}', 'a/b'];
    const sorted = templates.toSorted((one, other) =>
      compareRoutes(parseRouteTemplate(one), parseRouteTemplate(other)),
    );
    expect(sorted).toEqual(['a/b', 'a/{b:int}', 'a/{b}', 'a/{b}/c', 'a/{*rest}']);
  });
});
