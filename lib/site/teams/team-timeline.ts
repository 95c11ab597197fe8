import type { TeamEvent, TeamView } from '#lib/api/teams/teams.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import type { Database } from '#lib/platform/database.ts';

/** A page shows the latest ones. */
const MAX_EVENTS = 60;
const MAX_REGISTRATIONS = 40;

interface Facts {
  team: Pick<TeamView, 'createdAt' | 'dissolvedAt' | 'mergedInto'>;
  results: TeamView['results'];
  tombstones: TeamView['tombstones'];
  registrations: Pick<TeamEvent, 'at' | 'challenge'>[];
}

/** What everybody may know of a team's past, the latest first: only what other public pages show. */
export function teamTimeline({ team, results, tombstones, registrations }: Facts): TeamEvent[] {
  const events: TeamEvent[] = [
    { kind: 'created', at: team.createdAt },
    ...registrations.map((registration) => ({ kind: 'registered' as const, ...registration })),
    ...results.map(({ challenge, phase, submissionId, algorithm, submittedAt }) => ({
      kind: 'submitted' as const,
      at: submittedAt,
      ...{ challenge, phase, submission: { id: submissionId, algorithm } },
    })),
    ...tombstones.map(({ kind, at, submissionId, algorithm, challenge, phase, reason }) => ({
      kind: kind === 'WITHDRAWN' ? ('withdrawn' as const) : ('excluded' as const),
      at,
      ...{ challenge, phase, submission: { id: submissionId, algorithm }, reason },
    })),
    ...results.flatMap(({ challenge, phase, rankRange, entries, final }) =>
      final ? [{ kind: 'final' as const, at: final.since, challenge, phase, rankRange, entries }] : [],
    ),
  ];
  if (team.dissolvedAt) {
    const kind = team.mergedInto ? ('merged' as const) : ('dissolved' as const);
    events.push({ kind, at: team.dissolvedAt });
  }
  return events.sort(latestFirst).slice(0, MAX_EVENTS);
}

/** What comes first of things in the same minute, because most times are known to the minute only. */
const ORDER: readonly TeamEvent['kind'][] = [
  'created',
  'registered',
  'submitted',
  'withdrawn',
  'excluded',
  'final',
  'merged',
  'dissolved',
];

function latestFirst(a: TeamEvent, b: TeamEvent): number {
  const [minuteA, minuteB] = [startOfMinute(new Date(a.at)), startOfMinute(new Date(b.at))];
  return minuteB.getTime() - minuteA.getTime() || ORDER.indexOf(b.kind) - ORDER.indexOf(a.kind);
}

/** When the team was admitted to challenges that everybody may see. */
export async function readRegistrations(db: Database, teamId: string): Promise<Facts['registrations']> {
  const rows = await db.registration.findMany({
    where: { teamId, state: 'APPROVED', challenge: { visibility: 'PUBLIC' } },
    select: {
      createdAt: true,
      decidedAt: true,
      challenge: { select: { slug: true, title: true, synthetic: true } },
    },
    orderBy: { id: 'desc' },
    take: MAX_REGISTRATIONS,
  });
  return rows.map(({ createdAt, decidedAt, challenge }) => ({
    at: startOfMinute(decidedAt ?? createdAt).toISOString(),
    challenge,
  }));
}
