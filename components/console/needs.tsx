import { formatShortSpan, spanMs, utcClockNear } from '#components/format/time.ts';
import { formatTakeover } from '#components/submission/progress/silence.ts';
import type { MailStatus } from '#lib/api/pages/mail.ts';
import type { OrganizerView, RunnerView } from '#lib/api/pages/organizer.ts';
import { counted } from '#lib/domain/units.ts';
import { decisionNeeds } from './decision-needs.tsx';
import type { Need } from './need.ts';
import { queueCounts } from './queue/queue-counts.ts';

/** What needs an organizer’s attention, most urgent first: a count, a sentence and a link. */
export function needsOf(view: OrganizerView): Need[] {
  const needs: Need[] = [];
  for (const runner of view.runners.filter((entry) => entry.silent)) {
    needs.push({
      count: 1,
      warning: true,
      sentence: (
        <>
          runner is offline: <span className="mono">{runner.name}</span>, last seen{' '}
          {utcClockNear(runner.lastSeenAt, view.asOf)} UTC.{' '}
          <span className="muted">{formatHeld(runner, view.asOf)}</span>
        </>
      ),
      link: { href: '#runners', action: 'See runner' },
    });
  }
  if (view.runners.length === 0)
    needs.push({
      count: 0,
      warning: true,
      sentence: 'runners. Submissions wait until you start one.',
      link: { href: '#runners', action: 'Start a runner' },
    });
  for (const phase of view.unserved) {
    needs.push({
      count: 1,
      warning: true,
      sentence: (
        <>
          phase that no runner supports: {phase.phaseTitle}.{' '}
          <span className="muted">
            {phase.runners.map(({ name, missing }) => `${name} is missing: ${missing.join(', ')}`).join('; ')}
            .
          </span>
        </>
      ),
      link: { href: '#runners', action: 'See runners' },
    });
  }
  for (const { name, health, silent } of view.runners) {
    if (silent || health?.status !== 'degraded') continue;
    needs.push({
      count: 1,
      warning: true,
      sentence: (
        <>
          runner isn’t accepting work: <span className="mono">{name}</span>.{' '}
          <span className="muted">{health.problems.join(' ')}</span>
        </>
      ),
      link: { href: '#runners', action: 'See runner' },
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
      link: { href: '#test-sets', action: 'Import test set' },
    });
  if (view.waitingForScorer > 0)
    needs.push({
      count: view.waitingForScorer,
      warning: true,
      sentence: (
        <>
          {view.waitingForScorer === 1 ? 'evaluation waits' : 'evaluations wait'} because your scorer failed.{' '}
          <span className="muted">The submission’s page says why. Import a repaired scorer.</span>
        </>
      ),
      link: { href: '#scorers', action: 'See scorers' },
    });
  if (view.platformFailures > 0)
    needs.push({
      count: view.platformFailures,
      warning: true,
      sentence: (
        <>
          {view.platformFailures === 1 ? 'submission' : 'submissions'} failed because of a platform error.{' '}
          <span className="muted">A rerun doesn’t use the team’s quota.</span>
        </>
      ),
      link: { href: '#triage', action: 'See triage' },
    });
  needs.push(...decisionNeeds(view), ...mailNeeds(view.mail));
  const { waiting, oldestAt } = queueCounts(view.counts);
  const forRunners = waiting - view.waitingForScorer;
  if (oldestAt && forRunners > 0)
    needs.push({
      count: forRunners,
      warning: false,
      sentence: `${forRunners === 1 ? 'evaluation' : 'evaluations'} waiting, the oldest for ${formatShortSpan(spanMs(oldestAt, view.asOf))}.`,
      link: { href: '#queue', action: 'See queue' },
    });
  return needs;
}

/** Mail is the administrators' to set up, but organizers notice first that nothing arrives. */
function mailNeeds({ isOn, showsMail, failed, retried }: MailStatus): Need[] {
  const failing =
    failed + retried > 0
      ? [
          {
            count: failed + retried,
            warning: true,
            sentence: (
              <>
                {failed + retried === 1 ? 'mail' : 'mails'} couldn’t be delivered: {failed} failed in the last
                7 days, {retried} being retried.{' '}
                <span className="muted">Administrators find the reasons in the table Mail.</span>
              </>
            ),
            link: null,
          },
        ]
      : [];
  if (isOn) return failing;
  if (showsMail) return [];
  const sentence = (
    <>
      mail is off: nobody gets mail from this site, and a lost password can’t be reset.{' '}
      <span className="muted">
        An administrator sets <span className="mono">HELDOUT_SMTP_URL</span> and{' '}
        <span className="mono">HELDOUT_MAIL_FROM</span>, and restarts the site.
      </span>
    </>
  );
  return [{ count: 0, warning: true, sentence, link: null }];
}

/** What happens to the evaluation of a silent runner. */
function formatHeld({ evaluation }: RunnerView, asOf: string): string {
  if (evaluation === null) return 'It holds no evaluation.';
  return `Its evaluation waits: ${formatTakeover(evaluation.leaseExpiresAt, asOf)}.`;
}

export function Needs({ view }: { view: OrganizerView }) {
  const needs = needsOf(view);
  if (needs.length === 0) {
    return (
      <p className="empty soft">
        Nothing needs your attention. {counted(view.runners.length, 'runner')} ready, the queue is empty.
      </p>
    );
  }
  return (
    <ul className="needs" aria-label="Needs your attention">
      {needs.map((need, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: several needs may share a link
        <li key={index}>
          <b className={need.warning ? 'warn' : undefined}>{need.count}</b>
          <span>{need.sentence}</span>
          {need.link ? <a href={need.link.href}>{need.link.action}</a> : null}
        </li>
      ))}
    </ul>
  );
}
