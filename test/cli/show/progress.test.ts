import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../cli/show/progress.ts';

function written(isTTY: boolean, isQuiet = false): string {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const progress = createProgress(stream as unknown as NodeJS.WriteStream, isQuiet);
  progress.begin('Sending', 2000, 'operation');
  progress.advance(1000);
  progress.say('a line');
  progress.advance(1000);
  progress.end();
  return String(stream.read());
}

describe('createProgress()', () => {
  it('draws a bar on a terminal, and writes lines above it', () => {
    const text = written(true);
    expect(text).toContain(`[${'.'.repeat(30)}] 0 %`);
    expect(text).toContain('\r\u001b[2Ka line\n');
    expect(text.endsWith(`\r\u001b[2KSending [${'#'.repeat(30)}] 100 %\n`)).toBe(true);
  });

  it('writes plain lines elsewhere', () => {
    expect(written(false)).toBe('a line\nSending: 2,000 of 2,000 operations\n');
  });

  it('writes only the lines if it is quiet', () => {
    expect(written(false, true)).toBe('a line\n');
  });
});
