import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningFunctionsHost } from '../../local/functions-host.ts';
import { registerTenant, send, startService } from '../support/service.ts';

/**
 * Bodies of the largest size that is read, made to take as much room as they can once they are parsed.
 *
 * The host has a heap of less than a third of what the first of them took before the fix, which ended the process.
 */
const largest = 32 * 1024 * 1024;
const heapMegabytes = 1_200;

let service: RunningFunctionsHost;
let tenant: Awaited<ReturnType<typeof registerTenant>>;

beforeAll(async () => {
  service = await startService({ NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` });
  tenant = await registerTenant(service);
});
afterAll(() => service.stop());

function filled(start: string, unit: string, end: string): string {
  const count = Math.floor((largest - start.length - end.length) / unit.length);
  return start + unit.repeat(count).replace(/,$/, '') + end;
}

const operation = '{"operations":[{"operation":"add","sourceAnchor":"a","objectType":"Group",';
const names = (value: string): string => Array.from({ length: 400_000 }, (_, n) => `"${n}":${value}`).join();

describe('a body that would take all memory', () => {
  it.each<[string, 'PUT' | 'POST', string, () => string]>([
    [
      'a list of numbers for addresses',
      'POST',
      '/exports',
      () => filled(`${operation}"proxyAddresses":[`, '1,', ']}]}'),
    ],
    ['numbers for operations', 'POST', '/exports', () => filled('{"operations":[', '1,', ']}')],
    ['empty operations', 'POST', '/exports', () => filled('{"operations":[', '{},', ']}')],
    ['lists in lists', 'POST', '/exports', () => filled('', '[', '')],
    ['numbers for attributes', 'POST', '/exports', () => `${operation}"attributes":{${names('1')}}}]}`],
    ['unknown properties', 'POST', '/exports', () => `${operation}${names('1')}}]}`],
    ['empty recipients', 'PUT', '', () => filled('{"initialDomain":"contoso.com","recipients":[', '"",', ']}')],
    ['recipients of a mail', 'POST', '/mail', () => filled('{"to":[', '1,', ']}')],
  ])(
    'is refused in few words: %s',
    async (_, method, path, body) => {
      const { status, body: answer } = await send(`${tenant.url}${path}`, { method, body: body() });
      if (status === 200) expect(answer.summary).toMatchObject({ created: 0, failed: 1 });
      else expect(status).toBe(400);
      expect(JSON.stringify(answer).length).toBeLessThan(3_000);
      expect((await send(tenant.url)).status).toBe(200);
    },
    120_000,
  );
});
