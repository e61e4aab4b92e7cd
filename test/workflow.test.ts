import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../local/project-root.ts';

const workflow = readFileSync(join(projectRoot, '.github', 'workflows', 'check.yml'), 'utf8');

describe('the workflow', () => {
  it('runs what .ci/run runs, on each version that the template can ask Azure for', () => {
    expect(workflow).toContain('- run: .ci/run\n');
    expect(statSync(join(projectRoot, '.ci', 'run')).mode & 0o111).toBe(0o111);
    const offered = /@allowed\(\[(.*)\]\)\nparam nodeVersion/.exec(
      readFileSync(join(projectRoot, 'infra', 'main.bicep'), 'utf8'),
    )?.[1];
    expect(workflow).toContain(`node: [${offered}]`);
  });

  it('names each action by the commit and the release that it is', () => {
    const actions = workflow.match(/uses: .*/g) ?? [];
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may read the sources, and nothing else', () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(workflow.match(/permissions:/g)).toHaveLength(1);
    expect(workflow).not.toContain('secrets.');
  });
});
