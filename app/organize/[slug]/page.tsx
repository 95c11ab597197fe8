import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { AuditFeed } from '#components/console/audit-feed.tsx';
import { Gantt } from '#components/console/gantt.tsx';
import { Needs } from '#components/console/needs.tsx';
import { QueueTable } from '#components/console/queue-table.tsx';
import { RunnersTable } from '#components/console/runners.tsx';
import { SubmissionsTable } from '#components/console/submissions-table.tsx';
import { TestSets } from '#components/console/test-sets.tsx';
import { TriageTable } from '#components/console/triage-table.tsx';
import { utcDateTime } from '#components/format/time.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { site } from '#lib/site/site.ts';
import { rerunPlatformFailuresAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Organize ${(await params).slug}` };
}

export default async function OrganizePage({ params }: Props) {
  const { slug } = await params;
  const here = site();
  const view = await orPage(organizerView(here, slug, await currentViewer()), `/organize/${slug}`);
  const { challenge } = view;
  return (
    <>
      <ChallengeHeader challenge={challenge} current="organize" />
      <main id="main" className="wrap page-top">
        <div className="head">
          <h1>Today</h1>
          <p className="stamp">
            {utcDateTime(view.asOf)} · visible to organizers ·{' '}
            <Link href={`/challenges/${slug}`}>public page</Link>
          </p>
        </div>
        <Needs view={view} />
        <section className="console-section" aria-label="Phases">
          <Gantt
            phases={challenge.phases}
            rules={challenge.phaseRules}
            unserved={view.unserved}
            asOf={view.asOf}
          />
        </section>
        <section className="console-section" id="test-sets" aria-label="Test sets">
          <TestSets view={view} origin={here.environment.origin} />
        </section>
        <section className="console-section narrow-section" aria-label="Queue">
          <QueueTable view={view} />
        </section>
        <section className="console-section" aria-label="Runners">
          <RunnersTable view={view} />
        </section>
        <section className="console-section" aria-label="Submissions">
          <SubmissionsTable view={view} />
        </section>
        <div className="two audit">
          <section aria-label="Triage">
            <TriageTable view={view} rerun={rerunPlatformFailuresAction} />
          </section>
          <section aria-labelledby="audit-trail">
            <h2 id="audit-trail" className="small">
              Audit trail
            </h2>
            <AuditFeed view={view} />
          </section>
        </div>
      </main>
    </>
  );
}
