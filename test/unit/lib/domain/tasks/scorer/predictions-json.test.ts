import { expect, test } from 'vitest';
import { predictionOf } from '#lib/domain/tasks/scorer/predictions-json.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';

const { inputs, outputs } = taskSchema.parse({
  inputs: [
    { slug: 'photo', title: 'Photo', kind: 'Image', relative_path: 'images/photo', format: 'png' },
    { slug: 'age', title: 'Age', kind: 'Float', relative_path: 'age.json' },
  ],
  outputs: [{ slug: 'report', title: 'Report', kind: 'PDF', relative_path: 'report.pdf' }],
  scoring: { kind: 'container', metrics: [{ name: 'm', title: 'M', better: 'higher', worst: 0, case: 'm' }] },
});

test('a case is listed as evaluation methods of grand-challenge.org read it', () => {
  const photo = {
    slug: 'photo',
    title: 'Photo',
    kind: 'Image',
    super_kind: 'Image',
    relative_path: 'images/photo',
    is_image_kind: true,
    is_panimg_kind: true,
    is_dicom_image_kind: false,
    is_json_kind: false,
    is_file_kind: false,
  };
  const prediction = predictionOf('case-7', {
    inputs: [
      { socket: inputs[0]!, content: { image: { name: 'patient 7.png' } } },
      { socket: inputs[1]!, content: { value: 61.5 } },
    ],
    outputs: [{ socket: outputs[0]!, content: { file: 'report.pdf' } }],
  });
  expect(prediction).toMatchObject({
    pk: 'case-7',
    status: 'Succeeded',
    exec_duration: null,
    invoke_duration: null,
    outputs: [
      { file: 'report.pdf', image: null, value: null, socket: { slug: 'report', is_file_kind: true } },
    ],
  });
  expect(prediction.inputs).toEqual([
    { socket: photo, interface: photo, image: { name: 'patient 7.png' }, value: null, file: null },
    expect.objectContaining({ value: 61.5, image: null }),
  ]);
  expect(prediction.inputs[1]!.socket).toMatchObject({ is_json_kind: true, is_image_kind: false });
});
