import { afterEach, describe, expect, it } from 'vitest';
import { startMailboxPart } from '../../local/start-mailbox-part.ts';
import { freePort } from '../../local/free-port.ts';
import { withReportUrl } from '../../local/with-report-url.ts';
import type { Part, Parts } from '../../local/run-parts.ts';

const started: Part[] = [];
const parts: Parts = {
  async start(_name, start) {
    const part = await start();
    started.push(part);
    return part;
  },
  finish: () => Promise.resolve(),
};

afterEach(async () => {
  delete process.env.MAILBOX_PORT;
  for (const part of started.splice(0)) await part.stop();
});

const settings = (connection: string) => ({ COMMUNICATION_SERVICES_CONNECTION_STRING: connection, OTHER: 'kept' });

describe('startMailboxPart()', () => {
  it('starts a mailbox on the port in the settings, and returns settings that use it', async () => {
    const port = await freePort();
    const mail = await startMailboxPart(parts, settings(`endpoint=http://127.0.0.1:${port}/;accesskey=a2V5`));
    expect(mail.description).toContain(`http://127.0.0.1:${port} `);
    expect(mail.settings.COMMUNICATION_SERVICES_CONNECTION_STRING).toContain(`endpoint=http://127.0.0.1:${port}/`);
    expect(mail.settings.OTHER).toBe('kept');
    expect((await fetch(`http://127.0.0.1:${port}/api/messages`)).status).toBe(200);
  });

  it('starts the mailbox on MAILBOX_PORT if that is set', async () => {
    const port = await freePort();
    process.env.MAILBOX_PORT = String(port);
    const mail = await startMailboxPart(parts, settings('endpoint=http://127.0.0.1:8025/;accesskey=a2V5'));
    expect(mail.settings.COMMUNICATION_SERVICES_CONNECTION_STRING).toContain(`endpoint=http://127.0.0.1:${port}/`);
  });

  it('starts nothing if the settings name another mail service, or none', async () => {
    const elsewhere = settings('endpoint=https://contoso.communication.azure.com/;accesskey=a2V5');
    expect((await startMailboxPart(parts, elsewhere)).settings).toBe(elsewhere);
    expect((await startMailboxPart(parts, {})).settings).toEqual({});
    expect(started).toEqual([]);
  });
});

describe('withReportUrl()', () => {
  it('sets the port, unless the links have another address', () => {
    expect(withReportUrl({ REPORT_BASE_URL: 'http://localhost:7071' }, 7072)).toEqual({
      REPORT_BASE_URL: 'http://localhost:7072',
    });
    const elsewhere = { REPORT_BASE_URL: 'https://sync.contoso.com' };
    expect(withReportUrl(elsewhere, 7072)).toBe(elsewhere);
  });
});
