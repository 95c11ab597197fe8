'use client';

import { formatBytes } from '#components/format/quantity.ts';
import { formatShortSpan, spanMs, utcClockNear } from '#components/format/time.ts';
import { formatTakeover } from '#components/submission/progress/silence.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { OrganizerView, RunnerView } from '#lib/api/pages/organizer.ts';
import { describeCapabilities } from '#lib/domain/runners/capabilities.ts';
import { counted } from '#lib/domain/units.ts';

/** Current work, health and host of each runner. */
export function RunnersTable({
  view,
  drain,
  title = 'Table 4 | Runners.',
}: {
  view: Pick<OrganizerView, 'runners' | 'asOf'>;
  /** null where runners can’t be drained from. */
  drain: { challenge: string; action: FormAction } | null;
  title?: string;
}) {
  return (
    <table className="plain top stackable">
      <caption>
        <b id="runners">{title}</b> Current work, health and host. Runners serve all challenges on this site.
      </caption>
      <thead>
        <tr>
          <th scope="col">
            Runner<span className="unit">public key</span>
          </th>
          <th scope="col">Now</th>
          <th scope="col" className="progress-column">
            Cases
          </th>
          <th scope="col">Health</th>
          <th scope="col">Resources</th>
          <th scope="col">Isolation</th>
          <th scope="col" className="num">
            Last seen
          </th>
          {drain ? (
            <th scope="col" className="num">
              <span className="vh">Action</span>
            </th>
          ) : null}
        </tr>
      </thead>
      <tbody>
        {view.runners.length === 0 ? (
          <tr className="nothing">
            <td colSpan={8}>
              No runners yet. Start one with <code>npm run runner</code> on a host with a container engine and
              access to the database and the store.
            </td>
          </tr>
        ) : (
          view.runners.map((runner) => (
            <RunnerRow key={runner.id} runner={runner} asOf={view.asOf}>
              {drain ? (
                <td className="num">
                  <DrainButton runner={runner} {...drain} />
                </td>
              ) : null}
            </RunnerRow>
          ))
        )}
      </tbody>
    </table>
  );
}

function RunnerRow({
  runner,
  asOf,
  children,
}: {
  runner: RunnerView;
  asOf: string;
  /** The cell of the action. */
  children: React.ReactNode;
}) {
  const { host, evaluation } = runner;
  return (
    <tr>
      <th scope="row">
        <span className="mono">{runner.name}</span>
        <span className="unit mono" title={runner.recipient}>
          {runner.recipient.slice(0, 10)}…{runner.recipient.slice(-4)}
        </span>
      </th>
      <td className={evaluation ? 'line' : 'muted line'} data-l="now">
        <CurrentWork runner={runner} asOf={asOf} />
      </td>
      <td className="line">{evaluation ? <CaseProgress evaluation={evaluation} /> : null}</td>
      <td className="line small" data-l="health">
        <Health runner={runner} asOf={asOf} />
      </td>
      <td className="line small soft" data-l="resources">
        {host ? describeCapabilities(host) : '–'}
      </td>
      <td className="line small soft" data-l="isolation">
        {host ? (
          <>
            {host.layers.length > 0 ? host.layers.join(', ') : <span className="warn">none found</span>}
            <span className="unit">engine {host.engineVersion}</span>
          </>
        ) : (
          '–'
        )}
      </td>
      <td className={runner.silent ? 'num warn' : 'num soft'} data-l="last seen">
        {runner.silent
          ? `offline since ${utcClockNear(runner.lastSeenAt, asOf)}, for ${formatShortSpan(spanMs(runner.lastSeenAt, asOf))}`
          : `${formatShortSpan(spanMs(runner.lastSeenAt, asOf))} ago`}
      </td>
      {children}
    </tr>
  );
}

function DrainButton({
  runner: { id, name, drain },
  challenge,
  action,
}: {
  runner: RunnerView;
  challenge: string;
  action: FormAction;
}) {
  const values = { challenge, runner: id, drain: drain ? 'no' : 'yes' };
  return (
    <ActionButton action={action} values={values} pending={drain ? 'Asking' : 'Draining'}>
      {drain ? 'Take work again' : 'Drain'}
      <span className="vh">: {name}</span>
    </ActionButton>
  );
}

function CurrentWork({ runner: { evaluation, silent, health }, asOf }: { runner: RunnerView; asOf: string }) {
  if (evaluation) {
    const { of, running, leaseExpiresAt } = evaluation;
    return (
      <>
        {of ? (
          <PlainLink className="quiet" href={`/submissions/${of.submissionId}`}>
            {of.teamName}
          </PlainLink>
        ) : (
          'another challenge'
        )}
        <span className="unit lines">
          {of ? `${of.phaseTitle}, ` : ''}
          {silent ? formatTakeover(leaseExpiresAt, asOf) : `${counted(running, 'case')} running`}
        </span>
      </>
    );
  }
  if (silent) return 'nothing';
  if (health?.drainedAt) return 'drained';
  return health?.status === 'degraded' ? 'not accepting work' : 'ready';
}

function CaseProgress({ evaluation }: { evaluation: NonNullable<RunnerView['evaluation']> }) {
  const { done, caseCount } = evaluation;
  return (
    <>
      {done} of {caseCount}
      <span className="ticks share" aria-hidden="true">
        <i className="this" style={{ flex: done }} />
        <i style={{ flex: caseCount - done }} />
      </span>
    </>
  );
}

function Health({ runner: { health, silent, drain }, asOf }: { runner: RunnerView; asOf: string }) {
  if (silent) return <span className="muted">unknown</span>;
  if (!health) return <span className="muted">not reported yet</span>;
  const free = health.freeDiskBytes === null ? null : `${formatBytes(health.freeDiskBytes)} of disk free`;
  return (
    <>
      {health.status === 'degraded' ? (
        <span className="warn">{health.problems.join(' ') || 'degraded'}</span>
      ) : (
        <span className="good">healthy</span>
      )}
      <span className="unit lines">{describeDrain(drain, health.drainedAt, asOf)}</span>
      {free ? <span className="unit">{free}</span> : null}
    </>
  );
}

/** Whether it takes no new work, at whose request. A runner reads a request with its next report. */
function describeDrain(drain: RunnerView['drain'], drainedAt: string | null, asOf: string): string | null {
  if (drain) {
    const asked = `${drain.by} at ${utcClockNear(drain.at, asOf)}`;
    return drainedAt ? `drained by ${asked}` : `to be drained, asked by ${asked}`;
  }
  return drainedAt ? `stopping since ${utcClockNear(drainedAt, asOf)}` : null;
}
