import Link from 'next/link';
import { Tabs } from '#components/site/tabs.tsx';
import type { Visibility } from '#lib/domain/challenges/visibility.ts';

export type ChallengeTab =
  | 'overview'
  | 'data'
  | 'evaluation'
  | 'leaderboard'
  | 'submit'
  | 'teams'
  | 'compare'
  | 'organize';

export interface ChallengeHeading {
  slug: string;
  title: string;
  synthetic: boolean;
  viewerOrganizes: boolean;
  /** Pages of one submission don't say it. */
  visibility?: Visibility;
}

/** Title and tabs of a challenge, shown on each of its pages. */
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
  const tabs: { tab: ChallengeTab; href: string; label: string }[] = [
    { tab: 'overview', href: base, label: 'Overview' },
    { tab: 'data', href: `${base}/data`, label: 'Data' },
    { tab: 'evaluation', href: `${base}/evaluation`, label: 'Evaluation' },
    { tab: 'leaderboard', href: `${base}/leaderboard`, label: 'Leaderboard' },
    { tab: 'submit', href: `${base}/submit`, label: 'Submit' },
    { tab: 'teams', href: `${base}/teams`, label: 'Teams' },
    { tab: 'compare', href: `${base}/compare`, label: 'Compare' },
  ];
  if (challenge.viewerOrganizes)
    tabs.push({ tab: 'organize', href: `/organize/${challenge.slug}`, label: 'Organize' });
  return (
    <section aria-label={challenge.title}>
      {challenge.synthetic ? (
        <p className="synthetic">
          <span className="wrap">
            Synthetic data, generated rather than acquired from patients. Scores here say nothing about
            performance on patient data.
          </span>
        </p>
      ) : null}
      {(challenge.visibility ?? 'PUBLIC') === 'PUBLIC' ? null : (
        <p className="synthetic">
          <span className="wrap">
            {challenge.visibility === 'DRAFT'
              ? 'This challenge is a draft: only its organizers see it.'
              : 'This challenge is unlisted: whoever has the link sees it.'}
          </span>
        </p>
      )}
      <div className="wrap ch">
        <div className="title">
          <p>
            <Link href={base}>{challenge.title}</Link>
          </p>
          <span className="mono">{challenge.slug}</span>
        </div>
        <Tabs
          label="Challenge"
          tabs={tabs.map(({ tab, href, label }) => ({ href, label, isCurrent: tab === current }))}
        />
        {children}
      </div>
    </section>
  );
}
