import { expect, test } from 'vitest';
import { contractTree, type TreeNode } from '#lib/domain/tasks/contract-tree.ts';
import { exampleInputs } from '#lib/domain/tasks/example-inputs.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { batchFiles, DATASET_DESCRIPTION } from '#runner/sandbox/contracts/batch-files.ts';
import { caseFiles } from '#runner/sandbox/contracts/case-files.ts';
import { strokeInput } from '#test/support/stroke-case.ts';

const metadata = { CENTER: 'R001', CHRONICITY: null, DAYS_POST_STROKE: 30 };
const INPUT = strokeInput({ id: 'case1', scan: Buffer.from('s'), metadata });

function pathsOf(nodes: readonly TreeNode[], above = ''): string[] {
  return nodes.flatMap(({ name, children }) => {
    const path = `${above}${name}`;
    return children.length > 0 ? pathsOf(children, path) : [path];
  });
}

/** What the tree shows in /input, for the case `case1`. */
function shownInputs(contract: 'EXEC' | 'BATCH'): string[] {
  return pathsOf(contractTree({ task: STROKE_T1, contract }))
    .filter((path) => path.startsWith('/input/'))
    .map((path) => path.replaceAll('<id>', 'case1'))
    .sort();
}

test('the tree and the example of inputs.json name what the sandbox writes', () => {
  const files = caseFiles(INPUT);
  expect(shownInputs('EXEC')).toEqual(files.map(({ path }) => `/input/${path}`).sort());
  const [image, value] = exampleInputs(STROKE_T1);
  expect(JSON.parse(Buffer.from(files.at(-1)!.bytes).toString())).toEqual([
    image,
    { ...value, value: metadata },
  ]);
});

test('the tree of a batch names what the sandbox writes', () => {
  const files = [DATASET_DESCRIPTION, ...batchFiles(INPUT)];
  expect(shownInputs('BATCH')).toEqual(files.map(({ path }) => `/input/${path}`).sort());
});
