import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { strokeChallenge } from '#examples/challenge/stroke.ts';
import {
  ERROR_EXPLANATIONS,
  PLATFORM_ERROR_CODES,
  SUBMISSION_ERROR_CODES,
} from '#lib/domain/evaluations/codes.ts';
import { execInputFiles, MAP_FOLDER, MASK_FOLDER } from '#runner/sandbox/contracts/exec-files.ts';

const DOC = readFileSync(new URL('../../../docs/participants/submission-format.md', import.meta.url), 'utf8');
const WORDS = DOC.replaceAll(/\s+/g, ' ');

describe('docs/participants/submission-format.md', () => {
  it.each(SUBMISSION_ERROR_CODES)('explains %s in the words that the site uses', (code) => {
    const { meaning, steps } = ERROR_EXPLANATIONS[code];
    const numbered = steps.map((step, index) => `${index + 1}. ${step}`);
    expect(DOC).toContain(`### ${code}\n\n${meaning}\n\n${numbered.join('\n')}\n`);
  });

  it('names the codes that are our fault', () => {
    for (const code of PLATFORM_ERROR_CODES) expect(DOC).toContain(`\`${code}\``);
  });

  it('shows the inputs.json that the runner writes', () => {
    const files = execInputFiles({ id: 'k3x9', format: 'NII_GZ', scan: new Uint8Array(), metadata: null });
    const written = Buffer.from(files.find(({ path }) => path === 'inputs.json')!.bytes).toString();
    const shown = /```json\n([\s\S]+?)```/.exec(DOC)![1]!;
    expect(JSON.parse(shown)).toEqual(JSON.parse(written));
    for (const { path } of files) expect(DOC).toContain(`/input/${path.replace('k3x9', '<id>')}`);
    for (const folder of [MASK_FOLDER, MAP_FOLDER]) expect(DOC).toContain(`/output/${folder}/`);
  });

  it('says the limits of the example phase', () => {
    const { limits } = strokeChallenge(new Date(0)).phases[0]!;
    expect(WORDS).toContain(
      `${limits.cpus} processor, ${limits.memoryMib / 1024} GiB of memory, ${limits.pids} processes, ` +
        `${limits.timeLimitSeconds} s a scan, ${limits.outputMib} MiB of output and archives of up to ` +
        `${limits.imageMib / 1024} GiB`,
    );
  });
});
