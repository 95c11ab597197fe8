import type { Contract } from '#lib/domain/phases/settings.ts';
import { contractTree, formatTree } from '#lib/domain/tasks/contract-tree.ts';
import { formatKind } from '#lib/domain/tasks/describe-socket.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import { imageTag, type KitPhase, plain } from './kit-phase.ts';

/** README.md of a starter kit. */

const MAIN_DOES: Readonly<Record<Contract, string>> = {
  EXEC: 'the contract `exec`: reads one case, calls `predict`, writes its outputs and exits',
  INVOKE: 'the contract `invoke`: a server on port 4743 that calls `predict` for one case after another',
  BATCH: 'the contract `batch`: calls `predict` for each case of a BIDS dataset',
};

interface Rule {
  row: string;
  text: string;
}

export function kitReadme(kit: KitPhase, rules: readonly Rule[]): string {
  const { challenge, phase, origin } = kit;
  const { task, contract } = kit.rules;
  const page = `${origin}/challenges/${challenge.slug}`;
  return `# Starter kit: ${plain(challenge.title)}, ${plain(phase.title)}

A container that already runs in this phase. It writes empty results; put your method into \`predict\` in \`predict.py\`.

| File | Purpose |
|---|---|
| \`predict.py\` | your method: the function \`predict\`, with what it gets and returns |
| \`main.py\` | ${MAIN_DOES[contract]} |
| \`case_files.py\`, \`images.py\` | read the inputs and write the outputs that \`task.json\` names |
| \`Dockerfile\`, \`requirements.txt\` | the image |
| \`run.sh\` | builds the image and runs it on \`example/\`; needs only Docker |
| \`try.sh\` | builds the image and runs it on your cases in the platform's sandbox |

## Steps

1. Replace the body of \`predict\`. Add the packages it needs to \`requirements.txt\`, and copy your weights in the
   \`Dockerfile\`: there is no network to download them from.
2. ${fillExample(kit)}
3. Run it on this case: \`./run.sh\`. The outputs are in \`example/output\`. Without Docker, use
   \`pip install -r requirements.txt\` and \`python main.py example\`${contract === 'INVOKE' ? ', which serves port 4743' : ''}.
4. Run it as the platform does, on as many cases as you like:

   \`\`\`
   sudo HELDOUT=/path/to/heldout ./try.sh FOLDER
   \`\`\`

   This needs Linux, Docker, root, and a clone of Heldout in which \`npm ci\` has run. It reports what the platform
   would report, and scores if the folder has truths. It also writes \`image.tar.gz\`. Without it:

   \`\`\`
   docker save ${imageTag(kit)} | gzip > image.tar.gz
   \`\`\`
5. Submit \`image.tar.gz\` at ${page}/submit.

## What the container reads and writes

\`\`\`
${formatTree(contractTree({ task, contract }))}
\`\`\`

| Input | What | Kind | |
|---|---|---|---|
${task.inputs.map((socket) => row(socket, 'in every case', 'some cases lack it')).join('\n')}

| Output | What | Kind | |
|---|---|---|---|
${task.outputs.map((socket) => row(socket, 'required', 'optional')).join('\n')}

## Rules of this phase

${rules.map(({ row: name, text }) => `- ${name}: ${text}`).join('\n')}

The container runs without a network, as an unprivileged user, on a read-only file system. It can write to \`/output\`
and \`/tmp\` only. \`HELDOUT_CPUS\` says how many CPUs it has; \`os.cpu_count()\` counts those of the whole host. A case
without a required output is a failed case, so write an empty result if you find nothing.

These are the rules at the time of the download. The current ones are at ${page}/evaluation.
`;
}

/** How a case gets into example/input. */
function fillExample({ rules: { task, contract } }: KitPhase): string {
  if (contract === 'BATCH') return 'Put a dataset as shown below into `example/input`.';
  const missing = task.inputs.filter(({ super_kind }) => super_kind !== 'Value');
  const places = missing.map((socket) => `\`example/input/${placeOf(socket)}\``).join(', ');
  const add = places === '' ? '' : `Add a case of your own: ${places}.\n   `;
  return `${add}Remove from \`example/input/inputs.json\` what it lacks.`;
}

function placeOf({ super_kind, relative_path: path, format }: Socket): string {
  return super_kind === 'Image' ? `${path}/case1.${format}` : path;
}

function row(socket: Socket, required: string, optional: string): string {
  const title = plain(socket.title).replaceAll('|', '\\|');
  return `| \`${socket.slug}\` | ${title} | ${formatKind(socket)} | ${socket.required ? required : optional} |`;
}
