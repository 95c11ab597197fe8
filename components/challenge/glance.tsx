import { currentPhase, formatCaseCount } from '#components/format/phase-labels.ts';
import type { ChallengeView } from '#lib/api/challenges.ts';
import { describeRanked } from '#lib/domain/phases/phase-metrics.ts';
import { describeRule } from '#lib/domain/phases/rules.ts';
import { counted } from '#lib/domain/units.ts';

/** The facts a team needs first, for the current phase. */
export function Glance({ challenge }: { challenge: ChallengeView }) {
  const phase = currentPhase(challenge.phases);
  const rules = challenge.phaseRules.find((entry) => entry.phaseSlug === phase?.slug);
  const open = challenge.phases.filter((entry) => entry.status === 'open');
  const ranked = rules?.metrics.filter((entry) => entry.weight > 0) ?? [];
  const onLeaderboard = challenge.leaders?.entries.length ?? 0;
  return (
    <section>
      <h2>At a glance</h2>
      <dl className="facts">
        <dt>Open now</dt>
        <dd>{open.length > 0 ? open.map((entry) => entry.title).join(', ') : 'no phase'}</dd>
        <dt>Teams</dt>
        <dd>
          {counted(challenge.teamCount, 'team')} registered
          {onLeaderboard === 0 ? ', none on the leaderboard yet' : ''}
          {challenge.maxTeamSize ? `; at most ${counted(challenge.maxTeamSize, 'member')} each` : ''}
        </dd>
        {phase ? (
          <>
            <dt>Test set</dt>
            <dd>
              {formatCaseCount(phase)} in {phase.title}
              {challenge.synthetic && phase.caseCount !== null ? ', synthetic' : ''}
            </dd>
          </>
        ) : null}
        {rules ? (
          <>
            <dt>Input</dt>
            <dd>{describeRule(rules, 'Input')}</dd>
            <dt>Output</dt>
            <dd>{describeRule(rules, 'Output')}</dd>
            <dt>Ranked by</dt>
            <dd>
              {describeRanked(rules)}
              {ranked.length > 1 ? `; ${describeRule(rules, 'Ranking')}` : ''}
            </dd>
            <dt>Contract</dt>
            <dd>{describeRule(rules, 'Contract')}</dd>
            <dt>Limits</dt>
            <dd>{describeRule(rules, 'Limits')}</dd>
            <dt>Isolation</dt>
            <dd>{describeRule(rules, 'Isolation')}</dd>
            <dt>Teams see</dt>
            <dd>{describeRule(rules, 'Teams see')}</dd>
            <dt>Quota</dt>
            <dd>
              {describeRule(rules, 'Submissions')}; {describeRule(rules, 'Counts')}
            </dd>
          </>
        ) : null}
        {challenge.links.length > 0 ? (
          <>
            <dt>Links</dt>
            {challenge.links.map(({ url, label }) => (
              <dd key={`${url} ${label}`}>
                <a href={url} rel="noopener noreferrer nofollow ugc">
                  {label}
                </a>
              </dd>
            ))}
          </>
        ) : null}
        <dt>Organizers</dt>
        <dd>{challenge.organizers.join(', ')}</dd>
      </dl>
    </section>
  );
}
