import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { AuditFeed } from '#components/console/audit-feed.tsx';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { Gantt } from '#components/console/gantt.tsx';
import { Needs } from '#components/console/needs.tsx';
import { countSubmissions, describeQueue, queueCounts } from '#components/console/queue/queue-counts.ts';
import { QueueTable } from '#components/console/queue/queue-table.tsx';
import { RunnersTable } from '#components/console/queue/runners.tsx';
import { Scorers } from '#components/console/scorers.tsx';
import { SubmissionsFilter } from '#components/console/submissions/submissions-filter.tsx';
import { SubmissionsTable } from '#components/console/submissions/submissions-table.tsx';
import { TriageTable } from '#components/console/submissions/triage-table.tsx';
import { TestSets } from '#components/console/test-sets.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { site } from '#lib/site/site.ts';
import { rerunPlatformFailuresAction } from './actions.ts';
import { drainRunnerAction } from './queue/actions.ts';

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
    <ConsoleFrame challenge={challenge} current="today" asOf={view.asOf}>
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
      <Scorers view={view} origin={here.environment.origin} />
      <section className="console-section narrow-section" aria-label="Queue">
        <Queue view={view} />
      </section>
      <section className="console-section" aria-label="Runners">
        <RunnersTable
          view={view}
          drain={view.viewerMay.drain ? { challenge: view.challenge.slug, action: drainRunnerAction } : null}
        />
      </section>
      <section className="console-section" aria-label="Submissions">
        <Submissions view={view} />
      </section>
      <div className="two audit">
        <section aria-label="Triage">
          <TriageTable view={view} rerun={rerunPlatformFailuresAction} />
        </section>
        <section aria-labelledby="audit-trail">
          <h2 id="audit-trail" className="small">
            Audit trail
          </h2>
          {view.audit.length > 0 ? (
            <>
              <AuditFeed events={view.audit} asOf={view.asOf} />
              <p className="exports bare">
                <Link href={`/organize/${slug}/audit`} prefetch={false}>
                  Whole audit trail
                </Link>
              </p>
            </>
          ) : (
            <p className="muted">No activity yet.</p>
          )}
        </section>
      </div>
    </ConsoleFrame>
  );
}

function Queue({ view }: { view: OrganizerView }) {
  const { counts, queue, queueLength, unserved, asOf, challenge } = view;
  const { waiting } = queueCounts(counts);
  return (
    <>
      <QueueTable
        caption={
          <>
            <b id="queue">Table 3 | Queue.</b> {describeQueue(counts, queueLength, asOf)}
          </>
        }
        queue={queue}
        counts={counts}
        unserved={unserved.map(({ phaseSlug }) => phaseSlug)}
        asOf={asOf}
      />
      <p className="exports bare">
        <Link href={`/organize/${challenge.slug}/queue`} prefetch={false}>
          {waiting - view.waitingForScorer > queue.length
            ? `All ${(waiting - view.waitingForScorer).toLocaleString('en')} waiting evaluations`
            : 'Hold or release'}
        </Link>
      </p>
    </>
  );
}

function Submissions({ view }: { view: OrganizerView }) {
  const { submissions, counts, triage, asOf, challenge } = view;
  const total = countSubmissions(counts);
  return (
    <>
      {total > submissions.length ? (
        <SubmissionsFilter
          slug={challenge.slug}
          counts={counts}
          codes={triage.map(({ code }) => code).sort()}
        />
      ) : null}
      <SubmissionsTable
        caption={
          <>
            <b id="submissions">Table 5 | Submissions.</b>{' '}
            {submissions.length === 0 ? 'None yet.' : 'Newest first; times in UTC.'}
          </>
        }
        submissions={submissions}
        asOf={asOf}
        empty="Submissions appear here. Rehearse with an example algorithm before you open a phase to teams."
      />
      {total > submissions.length ? (
        <p className="exports bare">
          <Link href={`/organize/${challenge.slug}/submissions`} prefetch={false}>
            All {total.toLocaleString('en')} submissions
          </Link>
        </p>
      ) : null}
    </>
  );
}
