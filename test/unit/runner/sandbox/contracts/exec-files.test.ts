import { expect, test } from 'vitest';
import { execInputFiles } from '#runner/sandbox/contracts/exec-files.ts';

const scan = Buffer.from('scan');
const metadata = { CENTER: 'R001', CHRONICITY: null, DAYS_POST_STROKE: 30 };
const parse = (files: ReturnType<typeof execInputFiles>, path: string) =>
  JSON.parse(Buffer.from(files.find((file) => file.path === path)!.bytes).toString());

test('a phase with metadata provides the scan, the metadata and an inputs.json that lists both', () => {
  const files = execInputFiles({ id: 'c1', format: 'MHA', scan, metadata });
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

test('a phase without metadata lists none, so that templates select the handler for one input', () => {
  const files = execInputFiles({ id: 'c2', format: 'NII_GZ', scan, metadata: null });
  expect(files.map(({ path }) => path)).toEqual(['images/t1-brain-mri/c2.nii.gz', 'inputs.json']);
  expect(parse(files, 'inputs.json').map((entry: { socket: { slug: string } }) => entry.socket.slug)).toEqual(
    ['t1-brain-mri'],
  );
});
