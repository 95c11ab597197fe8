import Link from 'next/link';
import { PendingWord } from '#components/ui/pending-label.tsx';

export type ChallengeTab = 'overview' | 'evaluation' | 'leaderboard' | 'submit' | 'organize';

export interface ChallengeHeading {
  slug: string;
  title: string;
  synthetic: boolean;
  viewerOrganizes: boolean;
}

/** Title and tabs of a challenge, on each of its pages. */
export function ChallengeHeader({
  challenge,
  current,
  children,
}: {
  challenge: ChallengeHeading;
  current: ChallengeTab | null;
  children?: React.ReactNode;
}) {
  const base = `/challenges/${challenge.slug}`;
  const tabs: { tab: ChallengeTab; href: string; word: string }[] = [
    { tab: 'overview', href: base, word: 'Overview' },
    { tab: 'evaluation', href: `${base}/evaluation`, word: 'Evaluation' },
    { tab: 'leaderboard', href: `${base}/leaderboard`, word: 'Leaderboard' },
    { tab: 'submit', href: `${base}/submit`, word: 'Submit' },
  ];
  if (challenge.viewerOrganizes)
    tabs.push({ tab: 'organize', href: `/organize/${challenge.slug}`, word: 'Organize' });
  return (
    <section aria-label={challenge.title}>
      {challenge.synthetic ? (
        <p className="synthetic">
          <span className="wrap">
            Synthetic scans: made by a generator, not taken from patients. Scores here say nothing about
            results on patients’ scans.
          </span>
        </p>
      ) : null}
      <div className="wrap ch">
        <div className="title">
          <p>
            <Link href={base}>{challenge.title}</Link>
          </p>
          <span className="mono">{challenge.slug}</span>
        </div>
        <nav className="tabs" aria-label="Challenge">
          {tabs.map(({ tab, href, word }) => (
            <Link key={tab} href={href} prefetch={false} aria-current={tab === current ? 'page' : undefined}>
              {word}
              <PendingWord />
            </Link>
          ))}
        </nav>
        {children}
      </div>
    </section>
  );
}
