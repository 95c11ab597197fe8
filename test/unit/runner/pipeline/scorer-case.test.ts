import { describe, expect, test } from 'vitest';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { scorerCaseName, scorerInputs, scorerOutputs, scorerTruth } from '#runner/pipeline/scorer-case.ts';

const task = taskSchema.parse({
  inputs: [
    { slug: 'photo', title: 'Photo', kind: 'Image', relative_path: 'images/photo', format: 'png' },
    { slug: 'age', title: 'Age', kind: 'Integer', relative_path: 'age.json', required: false },
    { slug: 'table', title: 'Table', kind: 'CSV', relative_path: 'table.csv', required: false },
  ],
  outputs: [
    { slug: 'labels', title: 'Labels', kind: 'Segmentation', relative_path: 'images/labels', format: 'png' },
    { slug: 'size', title: 'Size', kind: 'Float', relative_path: 'size.json', required: false },
    { slug: 'report', title: 'Report', kind: 'PDF', relative_path: 'report.pdf', required: false },
  ],
  scoring: {
    kind: 'container',
    metrics: [{ name: 'f1', title: 'F1', better: 'higher', worst: 0, case: 'f1' }],
  },
});
const [photo, age, table] = task.inputs;
const [labels, size, report] = task.outputs;
const bytes = (text: string) => Buffer.from(text);

const WHOLE = {
  name: scorerCaseName(1),
  inputs: new Map([
    ['photo', bytes('pixels')],
    ['age', bytes('70')],
    ['table', bytes('a,b')],
  ]),
  inputNames: { photo: 'IMG 0017.png', age: 'age.json', table: 'follow-up.csv' },
  outputs: {
    labels: { ending: '.png', bytes: bytes('mask') },
    size: { ending: '.json', bytes: bytes('1.5') },
    report: { ending: '.pdf', bytes: bytes('%PDF') },
  },
};

describe('a case for an organizer’s scorer', () => {
  test('has the organizer’s names of images and files, and the values of values', () => {
    expect(scorerInputs(task, WHOLE.inputs, WHOLE.inputNames)).toEqual([
      { socket: photo, content: { image: { name: 'IMG 0017.png' } } },
      { socket: age, content: { value: 70 } },
      { socket: table, content: { file: 'follow-up.csv' } },
    ]);
  });

  test('has every output, an image under the name of the case', () => {
    expect(scorerOutputs(task, WHOLE.outputs, WHOLE.name)).toMatchObject([
      { socket: labels, fileName: 'case-0001.png', bytes: bytes('mask') },
      { socket: size, bytes: bytes('1.5') },
      { socket: report, bytes: bytes('%PDF') },
    ]);
  });

  test('leaves out what the case or the prediction lacks, and what the task doesn’t have', () => {
    const given = new Map([
      ['photo', bytes('pixels')],
      ['metadata', bytes('{}')],
    ]);
    expect(scorerInputs(task, given, WHOLE.inputNames).map(({ socket }) => socket.slug)).toEqual(['photo']);
    const written = { labels: WHOLE.outputs.labels, other: WHOLE.outputs.size };
    expect(scorerOutputs(task, written, WHOLE.name).map(({ socket }) => socket.slug)).toEqual(['labels']);
  });

  test('has its truth in a folder of its own', () => {
    const truth = new Map([['labels', bytes('mask')]]);
    expect(scorerTruth(truth, { folder: WHOLE.name, names: { labels: 'IMG 0017 truth.png' } })).toEqual([
      { path: 'case-0001/IMG 0017 truth.png', bytes: bytes('mask') },
    ]);
  });
});
