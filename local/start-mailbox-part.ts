import { portFrom } from './port-from.ts';
import { startMailbox } from './mailbox.ts';
import type { Parts } from './run-parts.ts';

const setting = 'COMMUNICATION_SERVICES_CONNECTION_STRING';

/**
 * Starts the mailbox if the settings send mail to this machine, and returns settings that send mail to it.
 *
 * Its port is MAILBOX_PORT, or the one in the settings. If the settings name another mail service, it starts nothing and
 * returns them unchanged.
 */
export async function startMailboxPart(
  parts: Parts,
  settings: NodeJS.ProcessEnv,
): Promise<{ readonly settings: NodeJS.ProcessEnv; readonly description: string }> {
  const localPort = /endpoint=http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/i.exec(settings[setting] ?? '')?.[1];
  if (localPort === undefined) return { settings, description: `not local: see ${setting}` };
  const port = portFrom(process.env, 'MAILBOX_PORT', Number(localPort));
  const mailbox = await parts.start('The mailbox', () => startMailbox({ port }));
  return {
    settings: { ...settings, [setting]: mailbox.connectionString },
    description: `${mailbox.url} (the local mailbox: all mail arrives there)`,
  };
}
