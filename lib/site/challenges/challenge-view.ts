import type { ChallengeSummary, ChallengeView } from '#lib/api/challenges.ts';
import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import type { Site } from '#lib/site/site.ts';
import { type Challenge, readSharedChallenge } from './find-challenge.ts';
import { logoOf } from './logo.ts';
import { labelWithAverage, phaseRules, phaseSummary } from './phase-view.ts';

const LEADERS_SHOWN = 5;

export async function challengeView(site: Site, slug: string, viewer: Viewer | null): Promise<ChallengeView> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('challenge.read', viewer, { challenge });
  return { ...describeChallenge(site, challenge, viewer), leaders: await readLeaders(site, challenge) };
}

/** What the rows of a challenge say, without its rankings. */
export function describeChallenge(
  site: Pick<Site, 'now'>,
  challenge: Challenge,
  viewer: Viewer | null,
): Omit<ChallengeView, 'leaders'> {
  return {
    ...summarizeRows(site, challenge),
    summary: challenge.summary,
    links: challenge.links,
    dates: challenge.dates,
    citation: challenge.citation,
    terms: termsOf(challenge),
    maxTeamSize: challenge.maxTeamSize,
    organizers: challenge.organizers.map(({ user }) => user.name),
    viewerOrganizes: may('console.read', viewer, { challenge }),
    phaseRules: challenge.phases.map(phaseRules),
  };
}

/** The terms as they are now; null for none. */
export function termsOf({
  terms,
  termsVersion,
}: Pick<Challenge, 'terms' | 'termsVersion'>): ChallengeView['terms'] {
  return terms === null ? null : { version: termsVersion, text: terms };
}

export async function summarizeChallenge(site: Site, challenge: Challenge): Promise<ChallengeSummary> {
  return { ...summarizeRows(site, challenge), leaders: await readLeaders(site, challenge) };
}

function summarizeRows({ now }: Pick<Site, 'now'>, challenge: Challenge): Omit<ChallengeSummary, 'leaders'> {
  const { slug, title, question, synthetic, visibility, phases, _count } = challenge;
  return {
    slug,
    title,
    question,
    synthetic,
    visibility,
    phases: phases.map((phase) => phaseSummary(phase, now())),
    teamCount: _count.registrations,
    logo: logoOf(challenge),
  };
}

/**
 * The leaders of the first hidden phase that has scores: one that accepts submissions, or else the one that
 * opened last.
 */
export async function readLeaders(site: Site, { phases }: Challenge): Promise<ChallengeSummary['leaders']> {
  const now = site.now();
  const started = phases.filter((phase) => phase.kind === 'HIDDEN' && phase.opensAt <= now);
  const isOpen = ({ closesAt }: { closesAt: Date }) => Number(now < closesAt);
  started.sort((a, b) => isOpen(b) - isOpen(a) || b.opensAt.getTime() - a.opensAt.getTime());
  // Most phases have no scores, and the first one with scores ends the search.
  for (const phase of started.filter(({ scoresVersion }) => scoresVersion > 0)) {
    const { entries, metrics, summary, axis, caseCount, ...leaderboard } = await readLeaderboard(site, phase);
    if (entries.length === 0) continue;
    const [primary] = metrics as [LeaderboardMetric];
    return {
      phaseSlug: phase.slug,
      metricLabel: labelWithAverage(primary, summary),
      decimals: Math.min(leaderboard.decimals, primary.decimals),
      entries: entries.slice(0, LEADERS_SHOWN),
      axis,
      caseCount,
    };
  }
  return null;
}
