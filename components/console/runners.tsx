import Link from 'next/link';
import { bytes } from '#components/format/quantity.ts';
import { shortSpan, spanMs, utcClockNear } from '#components/format/time.ts';
import type { OrganizerView, RunnerView } from '#lib/api/pages/organizer.ts';
import { describeCapabilities } from '#lib/domain/runners/capabilities.ts';

/** What each runner does, how it is, and what it could do. */
export function RunnersTable({ view }: { view: OrganizerView }) {
  return (
    <table className="plain top stackable">
      <caption>
        <b id="runners">Table 4 | Runners.</b> What each is doing, how it is and what its host has. They serve
        all challenges of this site.
      </caption>
      <thead>
        <tr>
          <th scope="col">
            Runner<span className="unit">public key</span>
          </th>
          <th scope="col">Now</th>
          <th scope="col" className="scans">
            Scans
          </th>
          <th scope="col">Health</th>
          <th scope="col">Gives containers</th>
          <th scope="col">Walls</th>
          <th scope="col" className="num">
            Last seen
          </th>
        </tr>
      </thead>
      <tbody>
        {view.runners.length === 0 ? (
          <tr className="nothing">
            <td colSpan={7}>
              None yet. Start one with <code>npm run runner</code> on a host with a container engine and
              access to the database and the store.
            </td>
          </tr>
        ) : (
          view.runners.map((runner) => <RunnerRow key={runner.id} runner={runner} asOf={view.asOf} />)
        )}
      </tbody>
    </table>
  );
}

function RunnerRow({ runner, asOf }: { runner: RunnerView; asOf: string }) {
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
        <Doing runner={runner} />
      </td>
      <td className="line">{evaluation ? <Scans evaluation={evaluation} /> : null}</td>
      <td className="line small" data-l="health">
        <Health runner={runner} asOf={asOf} />
      </td>
      <td className="line small soft" data-l="gives">
        {host ? describeCapabilities(host) : '–'}
      </td>
      <td className="line small soft" data-l="walls">
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
          ? `silent since ${utcClockNear(runner.lastSeenAt, asOf)}, for ${shortSpan(spanMs(runner.lastSeenAt, asOf))}`
          : `${shortSpan(spanMs(runner.lastSeenAt, asOf))} ago`}
      </td>
    </tr>
  );
}

function Doing({ runner: { evaluation, silent, health } }: { runner: RunnerView }) {
  if (evaluation) {
    const { of, running } = evaluation;
    return (
      <>
        {of ? (
          <Link className="quiet" href={`/submissions/${of.submissionId}`} prefetch={false}>
            {of.teamName}
          </Link>
        ) : (
          'another challenge'
        )}
        <span className="unit">
          {of ? `${of.phaseTitle}, ` : ''}
          {running} {running === 1 ? 'scan' : 'scans'} at once
        </span>
      </>
    );
  }
  if (silent) return 'nothing';
  if (health?.drainedAt) return 'takes nothing new';
  return health?.status === 'degraded' ? 'takes nothing' : 'ready';
}

function Scans({ evaluation }: { evaluation: NonNullable<RunnerView['evaluation']> }) {
  const { done, caseCount } = evaluation;
  return (
    <>
      {done} of {caseCount}
      <span className="ticks share" aria-hidden="true">
        <i className="mine" style={{ flex: done }} />
        <i style={{ flex: caseCount - done }} />
      </span>
    </>
  );
}

function Health({ runner: { health, silent }, asOf }: { runner: RunnerView; asOf: string }) {
  if (silent) return <span className="muted">not known: it is silent</span>;
  if (!health) return <span className="muted">not told yet</span>;
  const free = health.freeDiskBytes === null ? null : `${bytes(health.freeDiskBytes)} of disk free`;
  return (
    <>
      {health.status === 'degraded' ? (
        <span className="warn">{health.problems.join(' ') || 'Something is wrong.'}</span>
      ) : (
        <span className="good">well</span>
      )}
      {health.drainedAt ? (
        <span className="unit">draining since {utcClockNear(health.drainedAt, asOf)}</span>
      ) : null}
      {free ? <span className="unit">{free}</span> : null}
    </>
  );
}
