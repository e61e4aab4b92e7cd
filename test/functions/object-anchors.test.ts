import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { group } from '../shared/directory/fixtures.ts';
import { registerTenant, send, startService } from '../support/service.ts';

let service: RunningFunctionsHost;
/** Anchors that a front end changes in a path: a leading slash, two in a row, a backslash. */
const anchors = ['/leading+slash==', 'two//slashes/==', '//a', 'back\\slash', 'a', 'a/b'];

beforeAll(async () => {
  service = await startService({ DECODE_SLASHES: 'true' });
});
afterAll(() => service.stop());

describe('an object, behind a front end that decodes and folds slashes', () => {
  it('is found by its path and by a query, and no other object in its place', async () => {
    const tenant = await registerTenant(service);
    await tenant.export(anchors.map((anchor) => group(anchor)));
    for (const anchor of anchors) {
      expect((await tenant.object(anchor)).body).toMatchObject({ sourceAnchor: anchor });
      const { body } = await send(`${tenant.url}/objects?sourceAnchor=${encodeURIComponent(anchor)}`);
      expect(body).toMatchObject({ value: [{ sourceAnchor: anchor }] });
      expect(body.nextLink).toBeUndefined();
    }
  });

  it('is an empty list by a query if it does not exist, or if another filter excludes it', async () => {
    const tenant = await registerTenant(service);
    await tenant.export([group('a/b')]);
    const objects = (query: string) => send(`${tenant.url}/objects?${query}`);
    expect((await objects('sourceAnchor=nobody')).body).toEqual({ value: [] });
    expect((await objects('sourceAnchor=a')).body).toEqual({ value: [] });
    expect((await objects('sourceAnchor=a%2Fb&objectType=User')).body).toEqual({ value: [] });
    expect((await objects(`sourceAnchor=${'a'.repeat(60)}`)).status).toBe(400);
  });
});
