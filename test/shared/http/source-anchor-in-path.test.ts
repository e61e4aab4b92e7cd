import { randomBytes } from 'node:crypto';
import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { asFrontEndWrites, sourceAnchorInPath } from '../../../shared/http/source-anchor-in-path.ts';

/** A request for an object as it reaches the function behind Azure's front end, with the original URL or another one. */
function behindFrontEnd(
  anchor: string,
  original = `/api/tenants/contoso/objects/${encodeURIComponent(anchor)}?code=key`,
) {
  return new HttpRequest({
    method: 'GET',
    url: 'https://sync.contoso.com/',
    headers: { 'x-waws-unencoded-url': original },
    params: { tenantId: 'contoso', sourceAnchor: asFrontEndWrites(anchor) },
  });
}

describe('sourceAnchorInPath()', () => {
  it('returns 200,000 random base64 anchors unchanged, although the front end changes about 2 percent of them', () => {
    let changed = 0;
    for (let n = 0; n < 200_000; n++) {
      const anchor = randomBytes(16).toString('base64');
      if (asFrontEndWrites(anchor) !== anchor) changed++;
      if (n < 20_000 || asFrontEndWrites(anchor) !== anchor) {
        expect(sourceAnchorInPath(behindFrontEnd(anchor))).toBe(anchor);
      }
    }
    expect(changed / 200_000).toBeGreaterThan(0.015);
    expect(changed / 200_000).toBeLessThan(0.025);
  });

  it.each([
    ['is missing', ''],
    ['is of another object', '/api/tenants/contoso/objects/other'],
    ['is of another route', '/api/tenants/contoso/history'],
    ['is not an encoding', '/api/tenants/contoso/objects/%E0%A4%A'],
  ])('returns the anchor of the path if the original URL %s', (_, original) => {
    expect(sourceAnchorInPath(behindFrontEnd('//a', original))).toBe('a');
  });

  it('returns an anchor without slashes unchanged', () => {
    expect(sourceAnchorInPath(behindFrontEnd('ab+c=='))).toBe('ab+c==');
  });
});
