import type { Contract } from '#lib/domain/phases/settings.ts';
import { contractTree, formatTree } from '#lib/domain/tasks/contract-tree.ts';
import { formatKind } from '#lib/domain/tasks/describe-socket.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import { IMAGE_TAG, type KitPhase, plain } from './kit-phase.ts';

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
  const { challenge, phase, task, origin } = kit;
  const { contract } = kit.rules;
  const page = `${origin}/challenges/${challenge.slug}`;
  return `# Starter kit: ${plain(challenge.title)}, ${plain(phase.title)}

A container that already runs in this phase. It writes empty results; put your method into \`predict\` in \`predict.py\`.

| File | Purpose |
|---|---|
| \`predict.py\` | your method: the function \`predict\`, with what it gets and returns |
| \`main.py\` | ${MAIN_DOES[contract]} |
| \`case_files.py\`, \`images.py\` | read the inputs and write the outputs that \`task.json\` names |
| \`Dockerfile\`, \`requirements.txt\` | the image |
| \`try.sh\` | builds the image and runs it on your cases as this phase does |

## Steps

1. Replace the body of \`predict\`. Add the packages it needs to \`requirements.txt\`, and copy your weights in the
   \`Dockerfile\`: there is no network to download them from.
${localStep(kit)}
3. Build the image and run it on your own cases in the platform's sandbox, with the limits of this phase. This needs
   Linux, Docker, root, and a clone of Heldout in which \`npm ci\` has run:

   \`\`\`
   sudo HELDOUT=/path/to/heldout ./try.sh FOLDER
   \`\`\`

   It reports what the platform would report, and scores if the folder has truths. Without a clone, build and export
   the image yourself:

   \`\`\`
   docker build --platform linux/amd64 -t ${IMAGE_TAG} .
   docker save --output image.tar ${IMAGE_TAG}
   gzip --fast --force image.tar
   \`\`\`
4. Submit \`image.tar.gz\` at ${page}/submit.

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

/** How to run the scripts without Docker. */
function localStep({ task, rules: { contract } }: KitPhase): string {
  const install = 'pip install -r requirements.txt';
  if (contract === 'BATCH') {
    return `2. Try it without Docker. Put a dataset as shown below into \`example/input\`, then:

   \`\`\`
   ${install}
   python main.py example
   \`\`\`

   The outputs are in \`example/output\`.`;
  }
  const missing = task.inputs.filter(({ super_kind }) => super_kind !== 'Value');
  const add = missing.map((socket) => `\`example/input/${placeOf(socket)}\``).join(', ');
  const run =
    contract === 'EXEC'
      ? '   python main.py example'
      : '   python main.py example &\n   curl -i -X POST http://127.0.0.1:4743/invoke';
  return `2. Try it without Docker. ${add === '' ? '' : `Add the files of a case: ${add}.`}
   Take what the case lacks out of \`example/input/inputs.json\`. Then:

   \`\`\`
   ${install}
${run}
   \`\`\`

   The outputs are in \`example/output\`.`;
}

function placeOf({ super_kind, relative_path: path, format }: Socket): string {
  return super_kind === 'Image' ? `${path}/case1.${format}` : path;
}

function row(socket: Socket, required: string, optional: string): string {
  const title = plain(socket.title).replaceAll('|', '\\|');
  return `| \`${socket.slug}\` | ${title} | ${formatKind(socket)} | ${socket.required ? required : optional} |`;
}
