import { shortSpan, spanMs, utcClockNear } from '#components/format/time.ts';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import { counted } from '#lib/domain/units.ts';

interface Need {
  count: number;
  warning: boolean;
  sentence: React.ReactNode;
  href: string;
  action: string;
}

/** What waits for an organizer, the urgent first: a count, a sentence, one way on. */
export function needsOf(view: OrganizerView): Need[] {
  const needs: Need[] = [];
  for (const runner of view.runners.filter((entry) => entry.silent)) {
    needs.push({
      count: 1,
      warning: true,
      sentence: (
        <>
          runner is silent: <span className="mono">{runner.name}</span>, last seen{' '}
          {utcClockNear(runner.lastSeenAt, view.asOf)} UTC.{' '}
          <span className="muted">What it was running goes back to the queue by itself.</span>
        </>
      ),
      href: '#runners',
      action: 'Look',
    });
  }
  if (view.runners.length === 0)
    needs.push({
      count: 0,
      warning: true,
      sentence: 'runners. Nothing is evaluated until one is started.',
      href: '#runners',
      action: 'How',
    });
  for (const phase of view.unserved) {
    needs.push({
      count: 1,
      warning: true,
      sentence: (
        <>
          phase that no runner can serve: {phase.phaseTitle}.{' '}
          <span className="muted">
            {phase.runners.map(({ name, missing }) => `${name} lacks ${missing.join(', ')}`).join('; ')}.
          </span>
        </>
      ),
      href: '#runners',
      action: 'Runners',
    });
  }
  for (const { name, health, silent } of view.runners) {
    if (silent || health?.status !== 'degraded') continue;
    needs.push({
      count: 1,
      warning: true,
      sentence: (
        <>
          runner takes nothing: <span className="mono">{name}</span>.{' '}
          <span className="muted">{health.problems.join(' ')}</span>
        </>
      ),
      href: '#runners',
      action: 'Look',
    });
  }
  const empty = view.challenge.phases.filter(
    (phase) => phase.caseCount === null && phase.status !== 'closed',
  );
  if (empty.length > 0)
    needs.push({
      count: empty.length,
      warning: empty.some((phase) => phase.status === 'open'),
      sentence: `${empty.length === 1 ? 'phase has' : 'phases have'} no test set: ${empty.map((phase) => phase.title).join(', ')}.`,
      href: '#test-sets',
      action: 'Seal and import',
    });
  if (view.platformFailures > 0)
    needs.push({
      count: view.platformFailures,
      warning: true,
      sentence: (
        <>
          {view.platformFailures === 1 ? 'submission' : 'submissions'} ended without a score, by a fault of
          ours. <span className="muted">To run again costs the teams nothing.</span>
        </>
      ),
      href: '#triage',
      action: 'Run again',
    });
  const oldest = view.queue.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))[0];
  if (oldest)
    needs.push({
      count: view.queue.length,
      warning: false,
      sentence: `${view.queue.length === 1 ? 'evaluation waits' : 'evaluations wait'}, the oldest for ${shortSpan(spanMs(oldest.createdAt, view.asOf))}.`,
      href: '#queue',
      action: 'Queue',
    });
  return needs;
}

export function Needs({ view }: { view: OrganizerView }) {
  const needs = needsOf(view);
  if (needs.length === 0) {
    return (
      <p className="empty soft">
        Nothing waits for you: {counted(view.runners.length, 'runner')} ready, the queue is empty.
      </p>
    );
  }
  return (
    <ul className="needs" aria-label="Waiting for you">
      {needs.map((need, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: several needs may lead to one place
        <li key={index}>
          <b className={need.warning ? 'warn' : undefined}>{need.count}</b>
          <span>{need.sentence}</span>
          <a href={need.href}>{need.action}</a>
        </li>
      ))}
    </ul>
  );
}
