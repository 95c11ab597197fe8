import { describe, expect, test } from 'vitest';
import { STROKE_T1_TEMPLATE } from '#examples/challenges/stroke-t1/challenge.ts';
import { phaseRulesSchema } from '#lib/domain/phases/rules.ts';
import type { Contract } from '#lib/domain/phases/settings.ts';
import type { KitPhase } from '#lib/domain/tasks/starter-kit/kit-phase.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';
import { kitTexts } from '#test/support/starter-kit.ts';

const [PHASE] = STROKE_T1_TEMPLATE.define(new Date()).phases;
const RULES = phaseRulesSchema.parse({ ...PHASE, contract: 'EXEC' });

const VALUES: Task = taskSchema.parse({
  inputs: [{ slug: 'age', title: 'Age', kind: 'Float', relative_path: 'age.json' }],
  outputs: [
    { slug: 'recovers', title: 'Recovers', kind: 'Bool', relative_path: 'recovers.json' },
    { slug: 'report', title: 'Report', kind: 'PDF', relative_path: 'report.pdf', required: false },
  ],
  scoring: { kind: 'values', outputs: ['recovers'] },
});

function kitOf(contract: Contract, task: Task = RULES.task): KitPhase {
  return {
    challenge: { slug: 'stroke', title: 'Stroke' },
    phase: { slug: 'test', title: 'Hidden test' },
    rules: { ...RULES, contract, task },
    origin: 'https://heldout.example.org',
  };
}

describe.each([
  ['EXEC', 'one container per case'],
  ['INVOKE', 'HTTPServer'],
  ['BATCH', 'sub-*'],
] as const)('the kit of %s', (contract, inMain) => {
  const files = kitTexts(kitOf(contract));

  test('has every file that its image is built from, with the script of the contract as main.py', () => {
    const copied = ['main.py', 'predict.py', 'case_files.py', 'images.py', 'task.json', 'requirements.txt'];
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([...copied, 'README.md', 'Dockerfile', '.dockerignore', 'run.sh', 'try.sh']),
    );
    expect(files['main.py']).toContain(inMain);
    expect(files['requirements.txt']).toBe('numpy>=1.24,<3\nnibabel>=4.0,<6\n');
  });

  test('tries the image by the rules of its phase', () => {
    expect(files['try.sh']).toMatch(/--phase stroke\/test --site ".*https:\/\/heldout\.example\.org}"/);
    expect(files['README.md']).toContain('# Starter kit: Stroke, Hidden test');
    expect(files['README.md']).toContain('- Limits: 1 CPU, 2 GiB of memory, 120 s per case, no GPU');
    expect(files['README.md']).toContain('https://heldout.example.org/challenges/stroke/submit');
  });
});

test('the label of the image says exec or invoke; batch has none', () => {
  const label = (contract: Contract) => kitTexts(kitOf(contract))['Dockerfile']?.match(/^LABEL .*$/m)?.[0];
  expect(label('EXEC')).toBe('LABEL org.grand-challenge.api-method="exec"');
  expect(label('INVOKE')).toBe('LABEL org.grand-challenge.api-method="invoke"');
  expect(label('BATCH')).toBeUndefined();
});

test('the example is a case of exec and invoke, with its values; batch has no inputs.json', () => {
  const examples = (contract: Contract) =>
    Object.keys(kitTexts(kitOf(contract))).filter((path) => path.startsWith('example/'));
  expect(examples('INVOKE')).toEqual(['example/input/inputs.json', 'example/input/stroke-metadata.json']);
  expect(examples('BATCH')).toEqual([]);
});

test('a batch names its files as BIDS does', () => {
  const { inputs, outputs } = JSON.parse(kitTexts(kitOf('BATCH'))['task.json'] as string);
  const folder = 'sub-{id}/ses-1/anat/sub-{id}_ses-1_space-MNI152NLin2009aSym';
  expect(inputs.map(({ path }: { path: string }) => path)).toEqual([
    `${folder}_T1w.nii.gz`,
    'sub-{id}/ses-1/stroke-metadata.json',
  ]);
  expect(outputs.map(({ path }: { path: string }) => path)).toEqual([
    `${folder}_label-L_desc-T1lesion_mask.nii.gz`,
  ]);
});

test('a task without images needs no package and says nothing of scans or masks', () => {
  const files = kitTexts(kitOf('EXEC', VALUES));
  expect(files['requirements.txt']).toBe('');
  expect(files['images.py']).toBeUndefined();
  expect(files['predict.py']).not.toContain('numpy');
  expect(files['predict.py']).toContain('        "recovers": False,\n        # "report": b"",\n');
  expect(JSON.parse(files['example/input/age.json'] as string)).toBe(0.5);
  for (const [path, text] of Object.entries(files)) expect(text, path).not.toMatch(/\b(scan|mask)s?\b/i);
});

test('a title can’t end the text around it', () => {
  const title = '"""\nimport os # \\" | `x`';
  const task = taskSchema.parse({ ...VALUES, inputs: [{ ...VALUES.inputs[0], title }] });
  const files = kitTexts({ ...kitOf('EXEC', task), phase: { slug: 'test', title } });
  expect(files['predict.py']).toContain('"age"       ””” import os # ∖” | `x`: number (JSON)');
  expect(files['predict.py']?.match(/"""/g)).toHaveLength(4);
  expect(files['README.md']).toContain('| `age` | ””” import os # ∖” \\| `x` |');
  expect(files['README.md']).toContain('# Starter kit: Stroke, ””” import os # ∖” | `x`\n');
  expect(files['try.sh']).not.toContain('import os');
});
