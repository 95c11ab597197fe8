import Link from 'next/link';
import { formatRankRange } from '#components/format/quantity.ts';
import { utcDate } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { TeamEvent } from '#lib/api/teams/teams.ts';

/** What everybody may know of a team's past, the latest first. */
export function TeamTimeline({ events }: { events: readonly TeamEvent[] }) {
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol className="team-timeline">
        {events.map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: several things may have happened in the same minute
          <li key={index}>
            <time dateTime={event.at}>{utcDate(event.at)}</time>
            <div>
              <What event={event} />
              {event.reason ? <span className="unit lines">{event.reason}</span> : null}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function What({ event }: { event: TeamEvent }) {
  const { kind, rankRange, entries } = event;
  switch (kind) {
    case 'created':
      return 'Team created';
    case 'merged':
      return 'Merged into another team';
    case 'dissolved':
      return 'Team dissolved';
    case 'registered':
      return (
        <>
          Registered for <Place event={event} />
        </>
      );
    case 'final':
      return (
        <>
          Final rank {rankRange ? formatRankRange(rankRange) : ''} of {entries} in <Place event={event} />
        </>
      );
    case 'submitted':
      return (
        <>
          Submitted <Submission event={event} />, which counts in <Place event={event} />
        </>
      );
    default:
      return (
        <>
          <Submission event={event} /> {kind === 'withdrawn' ? 'withdrawn from' : 'excluded from'}{' '}
          <Place event={event} />
        </>
      );
  }
}

function Submission({ event: { submission } }: { event: TeamEvent }) {
  if (!submission) return null;
  return (
    <PlainLink className="mono" href={`/submissions/${submission.id}`}>
      {submission.algorithm}
    </PlainLink>
  );
}

function Place({ event: { challenge, phase } }: { event: TeamEvent }) {
  if (!challenge) return null;
  const base = `/challenges/${challenge.slug}`;
  if (!phase) return <Link href={base}>{challenge.title}</Link>;
  return (
    <>
      <Link href={`${base}/leaderboard?phase=${phase.slug}`}>{phase.title}</Link>, {challenge.title}
    </>
  );
}
