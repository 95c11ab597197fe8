import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { log } from '#examples/algorithms/contracts/log.ts';
import { readPng } from '#runner/imaging/pictures/png.ts';
import { DEFAULT_READ_LIMITS, type Volume } from '#runner/imaging/volume.ts';
import { meanDice } from './dice.ts';

const TRUTH = 'opt/ml/input/data/ground_truth';

const valuesSchema = z.array(
  z.object({
    socket: z.object({ relative_path: z.string(), is_image_kind: z.boolean() }),
    image: z.object({ name: z.string() }).nullable(),
  }),
);
type Values = z.infer<typeof valuesSchema>;
const predictionsSchema = z.array(z.object({ pk: z.string(), inputs: valuesSchema, outputs: valuesSchema }));

/**
 * Scores all predictions: one label picture a case, whose truth has the file name of the case's input picture.
 *
 * @param root the folder with `input`, `output` and `opt`: `/` in a container.
 * @throws Error if a truth is missing or can't be read, which no prediction can cause.
 */
export function scorePredictions(root: string): void {
  const input = path.join(root, 'input');
  const predictions = predictionsSchema.parse(
    JSON.parse(readFileSync(path.join(input, 'predictions.json'), 'utf8')),
  );
  const results = predictions.map(({ pk, inputs, outputs }) => {
    const truth = readPicture(path.join(root, TRUTH, imageOf(inputs).name));
    const { folder } = imageOf(outputs);
    const dice = scoreCase(truth, path.join(input, pk, 'output', folder));
    log(`${pk}: ${dice.toFixed(3)}`);
    return { pk, dice };
  });
  const mean = results.reduce((sum, { dice }) => sum + dice, 0) / results.length;
  const metrics = { results, aggregates: { dice: { mean } } };
  writeFileSync(path.join(root, 'output', 'metrics.json'), JSON.stringify(metrics, null, 2));
}

function imageOf(values: Values): { folder: string; name: string } {
  const found = values.find(({ socket }) => socket.is_image_kind);
  if (!found?.image) throw new Error('predictions.json lists no image.');
  return { folder: found.socket.relative_path, name: found.image.name };
}

/** A prediction may be anything: one that can't be compared counts as the worst, and the others are still scored. */
function scoreCase(truth: Volume, folder: string): number {
  try {
    const [name] = readdirSync(folder).filter((file) => file.endsWith('.png'));
    if (name === undefined) return 0;
    return meanDice(truth, readPicture(path.join(folder, name))) ?? 0;
  } catch (error) {
    log(`can't be compared: ${error instanceof Error ? error.message : error}`);
    return 0;
  }
}

function readPicture(file: string): Volume {
  return readPng(readFileSync(file), DEFAULT_READ_LIMITS);
}
