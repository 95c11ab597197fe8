import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STROKE_T1_TEMPLATE } from '#examples/challenges/stroke-t1/challenge.ts';
import { DECRYPT_WAYS } from '#lib/domain/datasets/decrypt-commands.ts';
import {
  ERROR_EXPLANATIONS,
  PLATFORM_ERROR_CODES,
  SUBMISSION_ERROR_CODES,
} from '#lib/domain/evaluations/codes.ts';
import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';
import { MAX_GROUPS } from '#runner/sandbox/archive/layers/account.ts';
import { ENGINE_LAYERS, MAX_TEAM_LAYERS } from '#runner/sandbox/archive/layers/added-layers.ts';
import { caseFiles } from '#runner/sandbox/contracts/case-files.ts';
import { strokeInput, strokeTask } from '#test/support/stroke-case.ts';

function page(name: string): string {
  return readFileSync(new URL(`../../../docs/participants/${name}`, import.meta.url), 'utf8');
}

/** Joins the wrapped lines of a list item. */
function unwrapped(text: string): string {
  return text.replaceAll(/\n {3}(?=\S)/g, ' ');
}

describe('docs/participants/error-codes.md', () => {
  const doc = unwrapped(page('error-codes.md'));

  it.each(SUBMISSION_ERROR_CODES)('explains %s in the same words as the site', (code) => {
    const { meaning, steps } = ERROR_EXPLANATIONS[code];
    const numbered = steps.map((step, index) => `${index + 1}. ${step}`);
    expect(doc).toContain(`### ${code}\n\n${meaning}\n\n${numbered.join('\n')}\n`);
  });

  it('lists every platform error', () => {
    for (const code of PLATFORM_ERROR_CODES) expect(doc).toContain(`\`${code}\``);
  });
});

describe('docs/participants/download-data.md', () => {
  const doc = page('download-data.md');

  it.each(DECRYPT_WAYS)('has the commands and programs of the site for $title', ({ commands, install }) => {
    for (const command of commands('training-1.0-native.tar.gz')) expect(doc).toContain(`\n${command}\n`);
    const programs = Object.values(install).map((how) => /\((.*)\)/.exec(how)?.[1] ?? how);
    for (const program of programs) expect(doc).toContain(program);
  });
});

describe('docs/participants/container-contracts.md', () => {
  const doc = page('container-contracts.md');

  it('shows the inputs.json that the runner writes', () => {
    const files = caseFiles(strokeInput({ id: 'k3x9', scan: new Uint8Array() }));
    const written = Buffer.from(files.find(({ path }) => path === 'inputs.json')!.bytes).toString();
    const shown = /```json\n([\s\S]+?)```/.exec(doc)![1]!;
    expect(JSON.parse(shown)).toEqual(JSON.parse(written));
    for (const { path } of files) expect(doc).toContain(`/input/${path.replace('k3x9', '<id>')}`);
    for (const { relative_path: folder } of strokeTask({ maps: true }).outputs)
      expect(doc).toContain(`/output/${folder}/`);
  });
});

describe('docs/participants/container-environment.md', () => {
  it('states the limits of the example phase', () => {
    const { limits } = STROKE_T1_TEMPLATE.define(new Date(0)).phases[0]!;
    expect(page('container-environment.md').replaceAll(/\s+/g, ' ')).toContain(
      `${limits.cpus} processor, ${limits.memoryMib / 1024} GiB of memory, ${limits.pids} processes, ` +
        `${limits.timeLimitSeconds} s per case, ${limits.outputMib} MiB of output and archives of up to ` +
        `${limits.imageMib / 1024} GiB`,
    );
  });

  it('states the most layers and groups of an image, as the administrators’ page does', () => {
    const text = page('container-environment.md').replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      `At most ${MAX_TEAM_LAYERS} layers: the engine stacks ${ENGINE_LAYERS}, and Heldout adds two`,
    );
    expect(text).toContain(`up to ${MAX_GROUPS} and never root's`);
    const sandbox = page('../administrators/sandbox.md');
    expect(sandbox).toContain(
      `| layers | ${MAX_TEAM_LAYERS}: the engine stacks ${ENGINE_LAYERS}, and two are ours |`,
    );
    expect(sandbox).toContain(`| supplementary groups of the user | ${MAX_GROUPS} |`);
  });
});

describe('commands for teams', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const files = globSync(['README.md', '{docs,examples}/**/*.{md,sh}', 'lib/domain/evaluations/codes.ts'], {
    cwd: root,
  });
  const commands = files.flatMap((file) =>
    [...readFileSync(`${root}${file}`, 'utf8').matchAll(/docker (save|run) [^`\n]*/g)].map(([text]) => text),
  );

  it('save one image by its tag, because Docker saves all tags of a repository without one', () => {
    const saves = [...commands.filter((text) => text.startsWith('docker save')), SAVE_COMMAND];
    expect(saves.length).toBeGreaterThan(2);
    for (const text of saves) expect(text).toMatch(/^docker save [\w-]+:\w+ \| gzip > |^docker save$/);
  });

  it('run an image with a group, because Docker uses root’s without one', () => {
    const runs = commands.filter((text) => /--user \d/.test(text));
    expect(runs.length).toBeGreaterThan(2);
    for (const text of runs) expect(text).toMatch(/--user (\d+):\1( |$)/);
  });
});
