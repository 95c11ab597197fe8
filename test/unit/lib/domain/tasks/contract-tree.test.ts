import { expect, test } from 'vitest';
import { contractTree, formatTree, type TreeNode } from '#lib/domain/tasks/contract-tree.ts';
import { formatKind, gridOf } from '#lib/domain/tasks/describe-socket.ts';
import { exampleInputs } from '#lib/domain/tasks/example-inputs.ts';
import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';

const STROKE: Task = taskSchema.parse({
  inputs: [
    {
      slug: 't1-brain-mri',
      title: 'T1-weighted MRI',
      kind: 'Image',
      relative_path: 'images/t1-brain-mri',
      format: 'nii.gz',
      bids: 'space-MNI152NLin2009aSym_T1w',
    },
    {
      slug: 'stroke-metadata',
      title: 'Site, chronicity and days after stroke',
      kind: 'Anything',
      relative_path: 'stroke-metadata.json',
      required: false,
    },
  ],
  outputs: [
    {
      slug: 'stroke-lesion-segmentation',
      title: 'Lesion mask',
      kind: 'Segmentation',
      relative_path: 'images/stroke-lesion-segmentation',
      format: 'nii.gz',
      bids: 'space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask',
    },
    {
      slug: 'lesion-probability-map',
      title: 'Lesion probability',
      kind: 'Heat Map',
      relative_path: 'images/lesion-probability-map',
      format: 'nii.gz',
      required: false,
    },
  ],
  scoring: {
    kind: 'segmentation',
    output: 'stroke-lesion-segmentation',
    grid: 't1-brain-mri',
    probabilityMap: 'lesion-probability-map',
  },
});

/** Every kind of socket, and two images that share a folder above theirs. */
const MIXED: Task = taskSchema.parse({
  inputs: [
    { slug: 'slide', title: 'Slide', kind: 'Image', relative_path: 'images/slide', format: 'tif' },
    { slug: 'age', title: 'Age', kind: 'Float', relative_path: 'age.json', required: false },
    { slug: 'notes', title: 'Notes', kind: 'CSV', relative_path: 'tables/notes.csv' },
  ],
  outputs: [
    { slug: 'grade', title: 'Grade', kind: 'Integer', relative_path: 'grade.json' },
    { slug: 'overlay', title: 'Overlay', kind: 'Image', relative_path: 'images/overlay', format: 'png' },
    { slug: 'report', title: 'Report', kind: 'PDF', relative_path: 'report.pdf', required: false },
  ],
  scoring: { kind: 'values', outputs: ['grade'] },
});

function pathsOf(nodes: readonly TreeNode[], above = ''): string[] {
  return nodes.flatMap(({ name, children }) => {
    const path = `${above}${name}`;
    return children.length > 0 ? pathsOf(children, path) : [path];
  });
}

test('the tree of exec has every input, every output, the model archive and /tmp, each with what it is', () => {
  expect(formatTree(contractTree({ task: STROKE, contract: 'EXEC' }))).toBe(
    `
/input/                          one case, read-only
  inputs.json                    lists the inputs that this case has
  images/
    t1-brain-mri/
      <id>.nii.gz                T1-weighted MRI
  stroke-metadata.json           Site, chronicity and days after stroke; optional
/output/                         empty at the start
  images/
    stroke-lesion-segmentation/
      <any name>                 Lesion mask: exactly one file that ends in .nii.gz, .nii or .mha
    lesion-probability-map/
      <any name>                 Lesion probability: exactly one file that ends in .nii.gz, .nii or .mha; optional
/opt/ml/model/                   your model archive, if you submit one; read-only
/tmp/                            for temporary files, which count as memory`.trimStart(),
  );
});

test('pictures, values and files are where their sockets say, and folders that they share are there once', () => {
  const tree = contractTree({ task: MIXED, contract: 'INVOKE' });
  expect(pathsOf(tree)).toEqual([
    '/input/inputs.json',
    '/input/images/slide/<id>.tif',
    '/input/age.json',
    '/input/tables/notes.csv',
    '/output/grade.json',
    '/output/images/overlay/<any name>',
    '/output/report.pdf',
    '/opt/ml/model/',
    '/tmp/',
  ]);
  expect(formatTree(tree)).toContain('Overlay: exactly one file that ends in .png');
  expect(formatTree(tree)).toMatch(/report\.pdf +Report; optional/);
  expect(formatTree(tree)).toMatch(/age\.json +Age; optional/);
});

test('the tree of batch has a folder for each case, BIDS names where a socket has one, and no inputs.json', () => {
  const withMetadata = contractTree({ task: STROKE, contract: 'BATCH' });
  expect(pathsOf(withMetadata)).toEqual([
    '/input/dataset_description.json',
    '/input/sub-<id>/ses-1/anat/sub-<id>_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz',
    '/input/sub-<id>/ses-1/stroke-metadata.json',
    '/output/sub-<id>/ses-1/anat/sub-<id>_ses-1_space-MNI152NLin2009aSym_label-L_desc-T1lesion_mask.nii.gz',
    '/output/sub-<id>/ses-1/images/lesion-probability-map/<any name>',
    '/opt/ml/model/',
    '/tmp/',
  ]);
  expect(formatTree(withMetadata)).toMatch(/sub-<id>\/ +one folder for each case/);
});

test('the example of inputs.json has a value of each kind', () => {
  expect(exampleInputs(MIXED).map(({ image, value, file }) => ({ image, value, file }))).toEqual([
    { image: { name: 'case1.tif' }, value: null, file: null },
    { image: null, value: 0.5, file: null },
    { image: null, value: null, file: 'tables/notes.csv' },
  ]);
});

test('kinds read as words', () => {
  expect([...MIXED.inputs, ...MIXED.outputs].map(formatKind)).toEqual([
    'image (.tif)',
    'number (JSON)',
    'CSV file',
    'whole number (JSON)',
    'image (.png)',
    'PDF file',
  ]);
});

test('a scored mask and its probability map have the grid of the task, other outputs have none', () => {
  expect(STROKE.outputs.map((socket) => gridOf(STROKE, socket))).toEqual(['t1-brain-mri', 't1-brain-mri']);
  expect(MIXED.outputs.map((socket) => gridOf(MIXED, socket))).toEqual([null, null, null]);
});
