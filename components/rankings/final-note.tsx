import Link from 'next/link';
import { utcDateTime } from '#components/format/time.ts';
import type { RankingStanding } from '#lib/api/rankings/standing.ts';

/** Above the leaderboard of a phase whose ranking is final. */
export function FinalNote({ slug, final }: { slug: string; final: RankingStanding['final'] }) {
  if (!final) return null;
  return (
    <p className="done-note final-note">
      <b>Final ranking.</b> The organizers declared it final on {utcDateTime(final.since)}; it doesn’t change
      any more. <Link href={`/challenges/${slug}/leaderboard/${final.id}`}>Permanent link</Link>
    </p>
  );
}
