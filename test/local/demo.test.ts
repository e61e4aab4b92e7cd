import { spawn } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { projectRoot } from '../../local/project-root.ts';
import { eventually, exitCode, familyOf, runs, transcript } from './processes.ts';
import { temporaryApp, type TemporaryApp } from './temporary-app.ts';

vi.setConfig({ testTimeout: 60_000 });

let app: TemporaryApp | undefined;

afterEach(() => app?.remove());

/** Puts the project into its own folder: the demo builds, and other tests use the bundle of the project meanwhile. */
async function projectApp(): Promise<TemporaryApp> {
  const hostJson = await readFile(join(projectRoot, 'host.json'), 'utf8');
  const settings = await readFile(join(projectRoot, 'local.settings.sample.json'), 'utf8');
  const project = await temporaryApp({
    files: {
      'package.json': '{ "main": "dist/main.js" }',
      'host.json': hostJson,
      'local.settings.sample.json': settings,
    },
  });
  await symlink(join(projectRoot, 'functions'), join(project.folder, 'functions'), 'dir');
  return project;
}

/** Runs the demo to its end, and collects the ids of all its processes. */
async function runDemo({ folder }: TemporaryApp) {
  const child = spawn(process.execPath, ['local/demo.ts', '--app', folder], { cwd: projectRoot });
  const said = transcript(child);
  const family = new Set<number>();
  await eventually('Azurite and the functions host', () => {
    for (const pid of familyOf(child.pid ?? 0)) family.add(pid);
    return said.text().includes('Running') || child.exitCode !== null;
  });
  const code = await exitCode(child);
  return { code, text: said.text(), family: [...family] };
}

describe('npm run demo', () => {
  it('plays every act with real answers, ends with exit code 0 and leaves no process behind', async () => {
    app = await projectApp();
    const { code, text, family } = await runDemo(app);
    const lines = text.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));

    expect(text).toMatch(/functions +http:\/\/127\.0\.0\.1:\d+\/api\n/);
    expect(lines).toContain('50 operations: 48 created, 2 failed; 10 values newly quarantined');
    expect(lines).toContain('user User B | user User A | UPN:User@contoso.com');
    expect(text).toMatch(/^ +for now User\+\d{4}@contoso\.onmicrosoft\.com$/m);
    expect(lines).toContain('group Sales at Fabrikam | group Sales | SMTP:sales@contoso.com');
    expect(lines).toContain('user Patricia Fernandez: AttributeValueMustBeUnique');
    expect(text).toMatch(/user User A reads\n +This object keeps/);
    expect(lines).toContain('50 operations: 48 unchanged, 2 failed; nothing newly quarantined');
    expect(lines).toContain('moved | smtp:support@contoso.com | from user Isaiah Langer to user Johanna Lorenz');
    expect(lines).toContain('group Press Office still waits for it');
    expect(lines).toContain('swapped | SMTP:david.h@fabrikam.com | from user David Pelton to user David Hamilton');
    expect(lines).toContain('released | UPN:LEEG@CONTOSO.COM | to user Lee Grant');
    expect(lines).toContain("user Joe Wood | group Joe's Coffee Club | smtp:Joe@contoso.com");
    expect(lines).toContain('released | UPN:User@contoso.com | to user User B | from user User A');
    expect(lines).toContain('6 values still quarantined');
    expect(lines).toContain('48 objects, 6 values quarantined on 5 objects');
    expect(text).toMatch(/\d+ ms, \d+ storage requests\n/);
    expect(text).toContain('The Monday mail, sent now to admin@contoso.com and helpdesk@fabrikam.com');
    expect(lines).toContain('6 values are quarantined on 5 objects, and 1 operation failed.');
    expect(text).toMatch(/^ +http:\/\/localhost:\d+\/api\/report\?token=\S+$/m);
    expect(lines).toContain('opens the report: 6 quarantined values: Contoso');

    expect(code).toBe(0);
    expect(family.length).toBeGreaterThanOrEqual(3);
    expect(family.filter(runs)).toEqual([]);
  });

  it('keeps to 100 columns, and writes plain text if the output is not a terminal', async () => {
    app = await projectApp();
    const { text } = await runDemo(app);
    // The link to the report is not cut, so that it can be opened.
    expect(text.split('\n').filter((line) => line.length > 100 && !/^ *http\S+$/.test(line))).toEqual([]);
    expect(text).not.toContain('\u001B');
  });

  it('ends with exit code 1 and names the unexpected answer, and leaves no process behind', async () => {
    app = await temporaryApp({ like: 'built-app' });
    const { code, text, family } = await runDemo(app);
    expect(text).toMatch(/^Cannot continue the demo: PUT http:\S+\/api\/tenants\/contoso answered 404, not 201/m);
    expect(code).toBe(1);
    expect(family.filter(runs)).toEqual([]);
  });
});
