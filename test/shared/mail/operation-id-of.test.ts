import { describe, expect, it } from 'vitest';
import { operationIdOf } from '../../../shared/mail/operation-id-of.ts';

describe('operationIdOf()', () => {
  it('returns a UUID, the same one for the same names', () => {
    const id = operationIdOf('https://sync.contoso.com', 'contoso', '2026-W47', 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(operationIdOf('https://sync.contoso.com', 'contoso', '2026-W47', 0)).toBe(id);
  });

  it.each([
    ['another deployment', ['https://other', 'contoso', '2026-W47', 0]],
    ['another tenant', ['https://sync', 'fabrikam', '2026-W47', 0]],
    ['another week', ['https://sync', 'contoso', '2026-W48', 0]],
    ['another batch', ['https://sync', 'contoso', '2026-W47', 1]],
    ['names that are equal when joined', ['https://sync', 'contoso2026-W47', '', 0]],
  ])('returns another UUID for %s', (_, names) => {
    expect(operationIdOf(...names)).not.toBe(operationIdOf('https://sync', 'contoso', '2026-W47', 0));
  });
});
