import { describeRule } from '#lib/domain/phases/rules.ts';
import type { Contract } from '#lib/domain/phases/settings.ts';
import { INPUTS_JSON } from '#lib/domain/tasks/case-paths.ts';
import { exampleInputs } from '#lib/domain/tasks/example-inputs.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import type { KitPhase } from './kit-phase.ts';
import { kitTask } from './kit-task.ts';
import { predictScript } from './predict-script.ts';
import { kitReadme } from './readme.ts';
import { runScript } from './run-script.ts';
import { tryScript } from './try-script.ts';

/**
 * A folder to start from, made for one phase: an image in Python that already runs under the phase's contract and
 * writes trivial outputs, so that only its function `predict` is to be replaced.
 */

/** Files in examples/starter-kit that are the same for every phase. */
export const KIT_TEMPLATES = [
  'Dockerfile',
  'dockerignore',
  'case_files.py',
  'images.py',
  'exec.py',
  'invoke.py',
  'batch.py',
] as const;
export type KitTemplates = Readonly<Record<(typeof KIT_TEMPLATES)[number], string>>;

export interface KitFile {
  /** Relative to the kit's folder. */
  path: string;
  text: string;
  isExecutable: boolean;
}

const MAIN: Readonly<Record<Contract, 'exec.py' | 'invoke.py' | 'batch.py'>> = {
  EXEC: 'exec.py',
  INVOKE: 'invoke.py',
  BATCH: 'batch.py',
};
/** Rows of the rules table that concern a container, apart from what the tree of files shows. */
const RULE_ROWS = ['Contract', 'Limits', 'Further limits', 'Isolation'];

export function starterKit(kit: KitPhase, templates: KitTemplates): KitFile[] {
  const { rules } = kit;
  const { task, contract } = rules;
  const file = (path: string, text: string): KitFile => ({ path, text, isExecutable: false });
  const hasImages = [...task.inputs, ...task.outputs].some(({ super_kind }) => super_kind === 'Image');
  return [
    file(
      'README.md',
      kitReadme(
        kit,
        RULE_ROWS.map((row) => ({ row, text: describeRule(rules, row) })),
      ),
    ),
    file('predict.py', predictScript(task)),
    file('main.py', templates[MAIN[contract]]),
    file('case_files.py', templates['case_files.py']),
    ...(hasImages ? [file('images.py', templates['images.py'])] : []),
    file('task.json', json(kitTask(task, contract))),
    file('requirements.txt', requirements(task)),
    file('Dockerfile', `${templates.Dockerfile}${label(contract)}`),
    file('.dockerignore', templates.dockerignore),
    { ...file('run.sh', runScript(kit)), isExecutable: true },
    { ...file('try.sh', tryScript(kit)), isExecutable: true },
    ...(contract === 'BATCH' ? [] : exampleFiles(task)),
  ];
}

/** A case without its images and files, which the reader adds. */
function exampleFiles(task: Task): KitFile[] {
  const entries = exampleInputs(task);
  const values = entries.filter(({ image, file }) => image === null && file === null);
  return [
    { path: INPUTS_JSON, text: json(entries) },
    ...values.map(({ socket, value }) => ({ path: socket.relative_path, text: json(value) })),
  ].map(({ path, text }) => ({ path: `example/input/${path}`, text, isExecutable: false }));
}

/** Only what the formats of the task need. */
function requirements({ inputs, outputs }: Task): string {
  const formats = new Set([...inputs, ...outputs].flatMap(({ format }) => format ?? []));
  return [
    ...(formats.size > 0 ? ['numpy>=1.24,<3'] : []),
    ...(formats.has('nii.gz') ? ['nibabel>=4.0,<6'] : []),
    ...(formats.has('png') || formats.has('tif') ? ['pillow>=9.4,<13'] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** By it, platforms with this label tell the two contracts that they share apart. */
function label(contract: Contract): string {
  return contract === 'BATCH' ? '' : `LABEL org.grand-challenge.api-method="${contract.toLowerCase()}"\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
