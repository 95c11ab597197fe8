import { utcDate } from '#components/format/time.ts';
import type { ChallengeView } from '#lib/api/challenges.ts';

/** BibTeX for the challenge: the organizers’ own, or one generated from the challenge. */
export function citationOf(challenge: ChallengeView, asOf: string): string {
  if (challenge.citation) return challenge.citation;
  const key = challenge.slug.replace(/[^a-z0-9]+/g, '_');
  const note = `Heldout, ${challenge.slug}, leaderboard as of ${utcDate(asOf)}${challenge.synthetic ? ' (synthetic data)' : ''}`;
  return [
    `@misc{${key},`,
    `  title  = {${challenge.title}},`,
    `  author = {${challenge.organizers.map((name) => `{${name}}`).join(' and ')}},`,
    `  year   = {${new Date(challenge.phases[0]?.opensAt ?? asOf).getUTCFullYear()}},`,
    `  note   = {${note}}`,
    '}',
  ].join('\n');
}
