import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { strokeChallenge } from '#examples/challenge/stroke.ts';
import {
  ERROR_EXPLANATIONS,
  PLATFORM_ERROR_CODES,
  SUBMISSION_ERROR_CODES,
} from '#lib/domain/evaluations/codes.ts';
import { execInputFiles, MAP_FOLDER, MASK_FOLDER } from '#runner/sandbox/contracts/exec-files.ts';

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

describe('docs/participants/container-contracts.md', () => {
  const doc = page('container-contracts.md');

  it('shows the inputs.json that the runner writes', () => {
    const files = execInputFiles({ id: 'k3x9', format: 'NII_GZ', scan: new Uint8Array(), metadata: null });
    const written = Buffer.from(files.find(({ path }) => path === 'inputs.json')!.bytes).toString();
    const shown = /```json\n([\s\S]+?)```/.exec(doc)![1]!;
    expect(JSON.parse(shown)).toEqual(JSON.parse(written));
    for (const { path } of files) expect(doc).toContain(`/input/${path.replace('k3x9', '<id>')}`);
    for (const folder of [MASK_FOLDER, MAP_FOLDER]) expect(doc).toContain(`/output/${folder}/`);
  });
});

describe('docs/participants/container-environment.md', () => {
  it('states the limits of the example phase', () => {
    const { limits } = strokeChallenge(new Date(0)).phases[0]!;
    expect(page('container-environment.md').replaceAll(/\s+/g, ' ')).toContain(
      `${limits.cpus} processor, ${limits.memoryMib / 1024} GiB of memory, ${limits.pids} processes, ` +
        `${limits.timeLimitSeconds} s per scan, ${limits.outputMib} MiB of output and archives of up to ` +
        `${limits.imageMib / 1024} GiB`,
    );
  });
});
