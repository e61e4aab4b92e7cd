import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../local/project-root.ts';

const workflow = readFileSync(join(projectRoot, '.github', 'workflows', 'check.yml'), 'utf8');

describe('the workflow', () => {
  it('runs .ci/run on each version of Node.js that the template allows', () => {
    expect(workflow).toContain('- run: .ci/run\n');
    expect(statSync(join(projectRoot, '.ci', 'run')).mode & 0o111).toBe(0o111);
    const allowed = /@allowed\(\[(.*)\]\)\nparam nodeVersion/.exec(
      readFileSync(join(projectRoot, 'infra', 'main.bicep'), 'utf8'),
    )?.[1];
    expect(workflow).toContain(`node: [${allowed}]`);
  });

  it('names each action by its commit and its release', () => {
    const actions = workflow.match(/uses: .*/g) ?? [];
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may only read the sources', () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(workflow.match(/permissions:/g)).toHaveLength(1);
    expect(workflow).not.toContain('secrets.');
  });
});
