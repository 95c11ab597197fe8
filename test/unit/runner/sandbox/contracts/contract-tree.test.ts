import { expect, test } from 'vitest';
import { DEFAULT_CONTAINER_RULES } from '#lib/domain/phases/rules.ts';
import { taskOf } from '#lib/domain/phases/task-of.ts';
import { contractTree, type TreeNode } from '#lib/domain/tasks/contract-tree.ts';
import { exampleInputs } from '#lib/domain/tasks/example-inputs.ts';
import { batchMask, batchScanFile, DATASET_DESCRIPTION } from '#runner/sandbox/contracts/batch-files.ts';
import { execInputFiles } from '#runner/sandbox/contracts/exec-files.ts';

function pathsOf(nodes: readonly TreeNode[], above = ''): string[] {
  return nodes.flatMap(({ name, children }) => {
    const path = `${above}${name}`;
    return children.length > 0 ? pathsOf(children, path) : [path];
  });
}

test('the tree and the example of inputs.json name what the sandbox writes', () => {
  const metadata = { site: null, chronicity: null, daysPostStroke: null } as never;
  for (const format of ['NII_GZ', 'MHA'] as const) {
    const rules = { ...DEFAULT_CONTAINER_RULES, inputFormat: format, givesMetadata: true };
    const task = taskOf(rules);
    const scan = new Uint8Array(1);
    const files = execInputFiles({ id: 'case1', format, scan, metadata });
    const shown = pathsOf(contractTree({ task, contract: 'EXEC' })).filter((path) =>
      path.startsWith('/input'),
    );
    expect(shown.map((path) => path.replace('<id>', 'case1')).sort()).toEqual(
      files.map(({ path }) => `/input/${path}`).sort(),
    );
    const written = JSON.parse(Buffer.from(files.at(-1)!.bytes).toString());
    const [image, value] = exampleInputs(task);
    expect(written).toEqual([image, { ...value, value: metadata }]);
  }
  const batch = pathsOf(
    contractTree({ task: taskOf({ ...DEFAULT_CONTAINER_RULES, contract: 'BATCH' }), contract: 'BATCH' }),
  );
  const { folder, name } = batchMask('<id>');
  expect(batch).toEqual([
    `/input/${DATASET_DESCRIPTION.path}`,
    `/input/${batchScanFile({ id: '<id>', scan: new Uint8Array(1) }).path}`,
    `/output/${folder}/${name}`,
    '/opt/ml/model/',
    '/tmp/',
  ]);
});
