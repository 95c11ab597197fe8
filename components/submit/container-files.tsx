import { CopyButton } from '#components/ui/copy-button.tsx';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { Contract } from '#lib/domain/phases/settings.ts';
import { contractTree } from '#lib/domain/tasks/contract-tree.ts';
import { describeLabels, formatKind, gridOf } from '#lib/domain/tasks/describe-socket.ts';
import { exampleInputs } from '#lib/domain/tasks/example-inputs.ts';
import type { Socket } from '#lib/domain/tasks/sockets.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { ContractTree } from './contract-tree.tsx';

/** What the containers of some phases read and write, and the starter kit of each. */
export function ContainerFiles({
  challenge,
  phases,
  task,
  contract,
  id,
  title,
}: {
  /** Its slug. */
  challenge: string;
  /** All with this task and this contract. */
  phases: readonly Pick<PhaseSummary, 'slug' | 'title'>[];
  task: Task;
  contract: Contract;
  id: string;
  title: string;
}) {
  return (
    <section className="console-section container-files" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ContractTree nodes={contractTree({ task, contract })} label={title} />
      <div className="sockets">
        <Sockets
          title="Inputs"
          sockets={task.inputs}
          required="in every case"
          optional="some cases lack it"
        />
        <Sockets
          title="Outputs"
          sockets={task.outputs}
          required="required"
          optional="optional"
          gridOf={(socket) => gridOf(task, socket)}
          valuesOf={(socket) => describeLabels(task, socket)}
        />
      </div>
      {contract === 'BATCH' ? null : <InputsJson task={task} />}
      <h3>Starter kit</h3>
      <p className="soft narrow-text">
        An image in Python that runs in this phase as it is, with a function to put your method into, and a
        script that tries it on your own cases.
      </p>
      <p className="actions">
        {phases.map((phase) => (
          <a
            key={phase.slug}
            className="btn"
            href={routeAddress(ROUTES.downloadStarterKit, { slug: challenge, phase: phase.slug })}
            download
          >
            Download starter kit{phases.length > 1 ? ` for ${phase.title}` : ''} (.zip)
          </a>
        ))}
      </p>
    </section>
  );
}

function Sockets({
  title,
  sockets,
  required,
  optional,
  gridOf,
  valuesOf,
}: {
  title: string;
  sockets: readonly Socket[];
  required: string;
  optional: string;
  gridOf?: (socket: Socket) => string | null;
  /** What the values of a mask mean. */
  valuesOf?: (socket: Socket) => string | null;
}) {
  return (
    <div>
      <h3>{title}</h3>
      <dl>
        {sockets.map((socket) => {
          const grid = gridOf?.(socket) ?? null;
          const values = valuesOf?.(socket) ?? null;
          return (
            <div key={socket.slug}>
              <dt>{socket.title}</dt>
              <dd>
                <code>{socket.slug}</code>: {formatKind(socket)}
                {grid === null ? null : (
                  <>
                    {' '}
                    on the grid of <code>{grid}</code>
                  </>
                )}
                , {socket.required ? required : optional}
                {values === null ? null : (
                  <>
                    <br />
                    {values}
                  </>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

function InputsJson({ task }: { task: Task }) {
  const text = `${JSON.stringify(exampleInputs(task), null, 2)}\n`;
  return (
    <>
      <div className="head">
        <h3>An example of inputs.json</h3>
        <CopyButton text={text} label="Copy inputs.json" />
      </div>
      <p className="soft narrow-text">
        It lists the inputs that a case has, each under both <code>interface</code> and <code>socket</code>.
        The names of images are random.
      </p>
      <Preformatted kind="log">{text}</Preformatted>
    </>
  );
}
