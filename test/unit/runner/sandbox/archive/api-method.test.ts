import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Contract } from '#lib/domain/phases/settings.ts';
import { prepareImage } from '#runner/sandbox/archive/prepare-image.ts';
import { fakeEngine } from '#test/support/fake-engine.ts';
import { PROGRAM, rawTar } from '#test/support/images/archive.ts';
import { openPreparation, save } from '#test/support/images/prepare.ts';

const LABEL = 'org.grand-challenge.api-method';
const preparation = openPreparation();

async function prepareFor(contract: Contract, labels?: Record<string, unknown> | null) {
  const engine = fakeEngine();
  const config = { ...PROGRAM, ...(labels !== undefined && { Labels: labels }) };
  const archive = save({ layers: [rawTar([{ name: 'bin/sh', content: '#!' }])], config });
  const options = { imageMib: 16, scratchDir: preparation.scratchDir, contract };
  const outcome = await prepareImage(engine, Readable.from([archive]), options).then(
    ({ apiMethod }) => ({ apiMethod }),
    ({ code, message }: { code: string; message: string }) => ({ code, message }),
  );
  return { ...outcome, loads: engine.loads.length };
}

test.each(['EXEC', 'INVOKE', 'BATCH'] as const)('an image without the label fits %s', async (contract) => {
  for (const labels of [undefined, null, {}, { maintainer: 'x', [`${LABEL}.version`]: '2' }]) {
    expect(await prepareFor(contract, labels)).toEqual({ apiMethod: null, loads: 1 });
  }
});

test('a label that names the phase’s contract fits, in any case and in quotation marks', async () => {
  expect(await prepareFor('EXEC', { [LABEL]: 'exec' })).toEqual({ apiMethod: 'exec', loads: 1 });
  expect(await prepareFor('INVOKE', { [LABEL]: 'invoke' })).toEqual({ apiMethod: 'invoke', loads: 1 });
  const quoted = { ' Org.Grand-Challenge.API-Method': ` "Invoke" ` };
  expect(await prepareFor('INVOKE', quoted)).toEqual({ apiMethod: 'invoke', loads: 1 });
  expect(await prepareFor('EXEC', { [LABEL]: "'exec'" })).toEqual({ apiMethod: 'exec', loads: 1 });
});

test.each([
  ['invoke', 'EXEC', 'exec'],
  ['exec', 'INVOKE', 'invoke'],
  ['exec', 'BATCH', 'batch'],
] as const)(
  'a label %s is refused under %s before the engine sees the image',
  async (label, contract, word) => {
    expect(await prepareFor(contract, { [LABEL]: label })).toEqual({
      code: 'IMAGE_INVALID',
      message: `The image’s label ${LABEL} says ${label}, but this phase’s contract is ${word}. Build the image for ${word}, and correct or remove the label.`,
      loads: 0,
    });
  },
);

test('a label with another word, or no text, is refused under every contract', async () => {
  for (const value of ['server', '', 7, null, 'x'.repeat(1000)]) {
    const shown = JSON.stringify(String(value).slice(0, 40));
    expect(await prepareFor('EXEC', { [LABEL]: value })).toEqual({
      code: 'IMAGE_INVALID',
      message: `The image’s label ${LABEL} is ${shown}; it must be exec or invoke.`,
      loads: 0,
    });
  }
  expect(await prepareFor('EXEC', ['x'] as never)).toMatchObject({ code: 'IMAGE_INVALID', loads: 0 });
});
