import { describe, expect, test } from 'vitest';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';

const T1 = { slug: 't1', title: 'T1', kind: 'Image', relative_path: 'images/t1', format: 'mha' };
const AGE = { slug: 'age', title: 'Age', kind: 'Float', relative_path: 'age.json' };
const MASK = {
  slug: 'lesion',
  title: 'Lesion mask',
  kind: 'Segmentation',
  relative_path: 'images/lesion',
  format: 'mha',
};
const MAP = {
  slug: 'map',
  title: 'Probability',
  kind: 'Heat Map',
  relative_path: 'images/map',
  format: 'mha',
};
const SCORE = { slug: 'recovery', title: 'Recovery', kind: 'Float', relative_path: 'recovery.json' };
const SEGMENTATION = { kind: 'segmentation', output: 'lesion', grid: 't1' };
const TASK = { inputs: [T1, AGE], outputs: [MASK, MAP], scoring: SEGMENTATION };
const VALUES = { inputs: [T1], outputs: [SCORE], scoring: { kind: 'values', outputs: ['recovery'] } };

function problemsOf(task: unknown): string[] {
  const parsed = parseOrDescribe(taskSchema, task);
  return parsed.success ? [] : formatProblems(parsed.problems);
}

/** The problems of a socket as the first input. */
function inputProblems(socket: object): string[] {
  return problemsOf({ ...TASK, inputs: [{ ...T1, ...socket }, AGE] });
}

describe('a valid task', () => {
  test('gets the super kinds of its sockets, and every socket is required unless it says otherwise', () => {
    const { inputs, outputs } = taskSchema.parse(TASK);
    expect(inputs).toMatchObject([
      { slug: 't1', super_kind: 'Image', required: true },
      { slug: 'age', super_kind: 'Value', required: true },
    ]);
    expect(outputs.map(({ super_kind }) => super_kind)).toEqual(['Image', 'Image']);
  });

  test('may name super kinds, maps, labels, files and values', () => {
    const labels = [{ value: 1, name: 'gray matter' }];
    const report = {
      slug: 'report',
      title: 'Report',
      kind: 'PDF',
      relative_path: 'report.PDF',
      required: false,
    };
    for (const task of [
      { ...TASK, inputs: [{ ...T1, super_kind: 'Image' }] },
      { ...TASK, scoring: { ...SEGMENTATION, probabilityMap: 'map' } },
      { ...TASK, scoring: { ...SEGMENTATION, labels } },
      { ...TASK, outputs: [MASK, report] },
      VALUES,
    ])
      expect(problemsOf(task)).toEqual([]);
  });

  test('is unchanged when it is parsed again, as from a database row', () => {
    expect(taskSchema.parse(JSON.parse(JSON.stringify(STROKE_T1)))).toEqual(STROKE_T1);
  });
});

describe('a socket is refused with a sentence', () => {
  test('of an unknown kind, or a super kind that contradicts it', () => {
    const [unknown] = inputProblems({ kind: 'Hologram' });
    expect(unknown).toMatch(
      /^inputs\[0\]\.kind: must be one of Image, Segmentation, .*MP4, not "Hologram"\.$/,
    );
    expect(inputProblems({ super_kind: 'File' })).toEqual([
      'inputs[0].super_kind: must be Image, because the kind is Image.',
    ]);
  });

  test.each([
    '../t1',
    '/t1',
    'images/../../t1',
    'images//t1',
    'images/./t1',
    'images/t1/',
    'images\\t1',
    '.hidden',
    '-rf',
    'a\nb',
    '~/t1',
  ])('with the path %j, which could leave the folder', (path) => {
    expect(inputProblems({ relative_path: path })).toEqual([
      'inputs[0].relative_path: must be a path inside the folder, of letters, digits and . _ - between single slashes, without "..".',
    ]);
  });

  test('with a format that doesn’t fit its kind, or without one', () => {
    const { format: _, ...noFormat } = T1;
    expect(problemsOf({ ...TASK, inputs: [noFormat] })).toEqual([
      'inputs[0].format: is missing: an image is one of nii.gz, mha, png, tif.',
    ]);
    expect(problemsOf({ ...TASK, inputs: [T1, { ...AGE, format: 'mha' }] })).toEqual([
      'inputs[1].format: is for images only; Float has none.',
    ]);
  });

  test('with a file name that contradicts its kind, or that is taken', () => {
    const withAge = (age: object) => problemsOf({ ...TASK, inputs: [T1, { ...AGE, ...age }] });
    expect(withAge({ relative_path: 'age.txt' })).toEqual([
      'inputs[1].relative_path: must end in .json, because the kind is Float.',
    ]);
    expect(withAge({ kind: 'CSV', relative_path: 'age.json' })).toEqual([
      'inputs[1].relative_path: must end in .csv, because the kind is CSV.',
    ]);
    expect(withAge({ relative_path: 'inputs.json' })).toEqual([
      'inputs[1].relative_path: must not be inputs.json, which lists the inputs.',
    ]);
  });
});

describe('a task is refused with a sentence', () => {
  test('if two sockets of a side have one slug, one path, or one path inside the other', () => {
    const second = { ...T1, slug: 't2', relative_path: 'images/t2' };
    const withSecond = (socket: object) => problemsOf({ ...TASK, inputs: [T1, { ...second, ...socket }] });
    expect(withSecond({})).toEqual([]);
    expect(withSecond({ slug: 't1' })).toEqual(['inputs[1].slug: must be unique; "t1" is there twice.']);
    for (const path of ['images/t1', 'images/t1/more', 'images'])
      expect(withSecond({ relative_path: path })).toEqual([
        'inputs[1].relative_path: must not be or contain the path of "t1" (images/t1).',
      ]);
    expect(withSecond({ relative_path: 'images/t10' })).toEqual([]);
  });

  test('if an input and an output share a path, it is fine: they lie in different folders', () => {
    const mask = { ...MASK, relative_path: 'images/t1' };
    expect(problemsOf({ ...TASK, outputs: [mask, MAP] })).toEqual([]);
  });

  test('if its scoring needs a socket that isn’t there or is of another kind', () => {
    const withScoring = (scoring: object) =>
      problemsOf({ ...TASK, scoring: { ...SEGMENTATION, ...scoring } });
    expect(withScoring({ output: 'tumor' })).toEqual([
      'scoring.output: must be one of the outputs (lesion, map), not "tumor".',
    ]);
    expect(withScoring({ output: 'map' })).toEqual([
      'scoring.output: must be a Segmentation, but "map" is Heat Map.',
    ]);
    expect(withScoring({ probabilityMap: 'lesion' })).toEqual([
      'scoring.probabilityMap: must be a Heat Map, but "lesion" is Segmentation.',
    ]);
    expect(withScoring({ grid: 'lesion' })).toEqual([
      'scoring.grid: must be one of the inputs (t1, age), not "lesion".',
    ]);
    expect(withScoring({ grid: 'age' })).toEqual(['scoring.grid: must be an image, but "age" is Float.']);
    expect(withScoring({ probabilityMap: 'map', labels: [{ value: 1, name: 'a' }] })).toEqual([
      'scoring.probabilityMap: must be left out where the mask has labels.',
    ]);
    expect(problemsOf({ ...TASK, inputs: [{ ...T1, required: false }] })).toEqual([
      'scoring.grid: must be a required input, but "t1" is optional.',
    ]);
  });

  test('if it scores values that can’t be scored', () => {
    const withOutputs = (...outputs: string[]) =>
      problemsOf({ ...VALUES, outputs: [SCORE, MASK], scoring: { kind: 'values', outputs } });
    expect(withOutputs('recovery')).toEqual([]);
    expect(withOutputs('lesion')).toEqual([
      'scoring.outputs[0]: must be a Float, Integer, Bool or String, but "lesion" is Segmentation.',
    ]);
    expect(withOutputs('recovery', 'recovery')).toEqual([
      'scoring.outputs[1]: must be unique; "recovery" is there twice.',
    ]);
    expect(withOutputs('age')).toEqual([
      'scoring.outputs[0]: must be one of the outputs (recovery, lesion), not "age".',
    ]);
  });

  test('if its scoring is of an unknown kind', () => {
    expect(problemsOf({ ...TASK, scoring: { kind: 'vote' } })).toEqual([
      expect.stringContaining('must have a kind: segmentation, values or container.'),
    ]);
  });
});
