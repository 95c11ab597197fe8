import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { tryImage } from '#cli/try/try-image.ts';
import { archiveName, buildExampleImages, TEMPLATE_ALGORITHMS, type TemplateName } from '#examples/build.ts';
import { templateOf } from '#examples/challenges/templates.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { synthesizeDataset } from '#examples/synthetic/synthesize.ts';
import type { Variant } from '#examples/synthetic/variants/variant.ts';
import { containerRulesSchema } from '#lib/domain/phases/rules.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { nativePhantom } from '#test/support/imaging/native-phantom.ts';

/**
 * The example algorithm of a template and its baseline, in the sandbox, under the rules of the template's phases, on
 * data as its page generates it or on smaller ones.
 */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-templates-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the first and the last algorithm of a template on a data set; returns the mean of each metric. */
async function meansOf(template: TemplateName, data: string) {
  const [phase] = templateOf(template)!.define(new Date()).phases;
  const { algorithms, contract } = TEMPLATE_ALGORITHMS[template];
  const chosen = [algorithms[0], algorithms.at(-1)!];
  const images = path.join(folder, `${template}-images`);
  // A variable of its own, so that the images aren't those of a demo on the same engine.
  await buildExampleImages(images, { algorithms: chosen, contract, env: [`TEST=${path.basename(folder)}`] });
  const { cases } = await readDataset(data);
  const means = [];
  for (const algorithm of chosen) {
    const report = await tryImage({
      rules: containerRulesSchema.parse(phase),
      imageFile: path.join(images, archiveName(algorithm)),
      modelFile: null,
      scorer: null,
      connectivity: 6,
      cases,
      signal: new AbortController().signal,
      onRemoved: () => undefined,
      onImage: () => undefined,
      onWorking: () => undefined,
      onCase: () => undefined,
      onScoring: () => undefined,
      onScored: () => undefined,
    });
    expect(report.cases.map(({ status, message }) => ({ status, message }))).toEqual(
      cases.map(() => ({ status: 'scored', message: null })),
    );
    means.push(meanMetrics(report.cases.map(({ metrics }) => metrics)));
  }
  return means as [Record<string, number>, Record<string, number>];
}

function meanMetrics(cases: readonly Record<string, number | null | undefined>[]): Record<string, number> {
  const mean = (key: string) => cases.reduce((sum, one) => sum + (one[key] ?? 0), 0) / cases.length;
  return Object.fromEntries(Object.keys(cases[0]!).map((key) => [key, mean(key)]));
}

async function synthesize(variant: Variant, seed: string, caseCount: number): Promise<string> {
  const out = path.join(folder, variant);
  const template = await loadTemplate(defaultTemplatePath()!);
  const common = { prefix: '', preview: false, threads: 2, resume: false };
  await synthesizeDataset({ ...common, out, seed, variant, caseCount, template });
  return out;
}

it('isles26: the server beats an empty mask on scans of other grids', { timeout: 300_000 }, async () => {
  const data = path.join(folder, 'isles26');
  for (const [index, radiusMm] of [13, 17].entries()) {
    const { scan, truth } = nativePhantom({ lesions: [{ center: [index ? -34 : 34, 5, 20], radiusMm }] });
    const subject = `sub-r00${index + 1}s001`;
    const anat = path.join(data, subject, 'ses-1', 'anat');
    await mkdir(anat, { recursive: true });
    const name = path.join(anat, `${subject}_ses-1_space-orig_`);
    await writeFile(`${name}desc-brain_T1w.nii.gz`, encodeNifti({ ...scan, data: scan.values }));
    await writeFile(`${name}label-lesion_desc-T1lesion_mask.nii.gz`, encodeNifti({ ...scan, data: truth }));
  }
  const [asymmetry, empty] = await meansOf('isles26', data);
  expect(asymmetry['dice']).toBeGreaterThan(0.7);
  expect(empty['dice']).toBe(0);
  expect(asymmetry['lesion_f1_greedy25']).toBe(1);
  expect(asymmetry['lesion_count_difference']).toBe(0);
  expect(asymmetry['volume_difference']).toBeLessThan(empty['volume_difference']!);
  expect(asymmetry['pr_auc_trapezoid']).toBeGreaterThan(0.7);
});

it('stroke-multimodal: three images on their own grids beat an empty mask', {
  timeout: 300_000,
}, async () => {
  const [diffusion, empty] = await meansOf('stroke-multimodal', await synthesize('multimodal', 'mm', 2));
  expect(diffusion['dice']).toBeGreaterThan(empty['dice']! + 0.3);
});

it('tissue-labels: thresholds beat a brain of gray matter alone', { timeout: 300_000 }, async () => {
  const [thresholds, gray] = await meansOf('tissue-labels', await synthesize('tissues', 'ti', 1));
  expect(thresholds['dice']).toBeGreaterThan(gray['dice']! + 0.3);
});

it('outcome: a linear rule writes both values for each patient', { timeout: 300_000 }, async () => {
  await meansOf('outcome', await synthesize('outcomes', 'recovery', 2));
});
