import { expect, test } from 'vitest';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { caseFiles } from '#runner/sandbox/contracts/case-files.ts';
import { strokeInput } from '#test/support/stroke-case.ts';

const scan = Buffer.from('scan');
const metadata = { CENTER: 'R001', CHRONICITY: null, DAYS_POST_STROKE: 30 };
const parse = (files: ReturnType<typeof caseFiles>, path: string) =>
  JSON.parse(Buffer.from(files.find((file) => file.path === path)!.bytes).toString());

test('a case with metadata provides the scan, the metadata and an inputs.json that lists both', () => {
  const files = caseFiles(strokeInput({ id: 'c1', format: 'mha', scan, metadata }));
  expect(files.map(({ path }) => path)).toEqual([
    'images/t1-brain-mri/c1.mha',
    'stroke-metadata.json',
    'inputs.json',
  ]);
  expect(files[0]!.bytes).toBe(scan);
  expect(parse(files, 'stroke-metadata.json')).toEqual(metadata);
  const image = {
    slug: 't1-brain-mri',
    kind: 'Image',
    super_kind: 'Image',
    relative_path: 'images/t1-brain-mri',
  };
  const value = {
    slug: 'stroke-metadata',
    kind: 'Anything',
    super_kind: 'Value',
    relative_path: 'stroke-metadata.json',
  };
  expect(parse(files, 'inputs.json')).toEqual([
    { interface: image, socket: image, image: { name: 'c1.mha' }, value: null, file: null },
    { interface: value, socket: value, image: null, value: metadata, file: null },
  ]);
});

test('a case without metadata lists none, so that templates select the handler for one input', () => {
  const files = caseFiles(strokeInput({ id: 'c2', scan }));
  expect(files.map(({ path }) => path)).toEqual(['images/t1-brain-mri/c2.nii.gz', 'inputs.json']);
  expect(parse(files, 'inputs.json').map((entry: { socket: { slug: string } }) => entry.socket.slug)).toEqual(
    ['t1-brain-mri'],
  );
});

test('a case of many sockets has each in its place, and a value in inputs.json too', () => {
  const { inputs } = taskSchema.parse({
    inputs: [
      { slug: 'dwi', title: 'DWI', kind: 'Image', relative_path: 'images/dwi', format: 'nii.gz' },
      { slug: 'photo', title: 'Photo', kind: 'Image', relative_path: 'images/photo', format: 'png' },
      { slug: 'age', title: 'Age', kind: 'Float', relative_path: 'age.json' },
      { slug: 'table', title: 'Table', kind: 'CSV', relative_path: 'tables/table.csv' },
    ],
    outputs: [{ slug: 'outcome', title: 'Outcome', kind: 'Float', relative_path: 'outcome.json' }],
    scoring: { kind: 'values', outputs: ['outcome'] },
  });
  const contents = inputs.map((socket) => ({ socket, bytes: Buffer.from('61.5') }));
  const files = caseFiles({ id: 'x', contents });
  expect(files.map(({ path }) => path)).toEqual([
    'images/dwi/x.nii.gz',
    'images/photo/x.png',
    'age.json',
    'tables/table.csv',
    'inputs.json',
  ]);
  expect(parse(files, 'inputs.json')).toMatchObject([
    { image: { name: 'x.nii.gz' }, value: null, file: null },
    { image: { name: 'x.png' } },
    { image: null, value: 61.5, file: null },
    { image: null, value: null, file: 'tables/table.csv' },
  ]);
});
