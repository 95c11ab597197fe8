import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { may } from '#lib/site/authorization.ts';
import { describeChallenge } from '#lib/site/challenges/challenge-view.ts';
import { mailStatus } from '#lib/site/mail/mail-status.ts';
import type { Site } from '#lib/site/site.ts';
import { readAuditPage } from './audit-view.ts';
import { readConsoleSummary } from './console-summary.ts';
import { readScorers } from './list-scorers.ts';
import { findOrganized } from './organized-challenge.ts';
import { readQueuePage } from './queue-view.ts';
import { readWaiting } from './read-waiting.ts';
import { readRunners, unservedPhases } from './runners-view.ts';
import { readSubmissionsPage } from './submissions-view.ts';
import { readTestSets } from './test-sets-view.ts';

/** The overview starts each list; its own page has all of it. */
const QUEUE_SHOWN = 10;
const SUBMISSIONS_SHOWN = 20;
const EVENTS_SHOWN = 14;

/** The overview of a challenge's console, for its organizers. */
export async function organizerView(site: Site, slug: string, viewer: Viewer | null): Promise<OrganizerView> {
  const challenge = await findOrganized(site, slug, viewer);
  const [summary, testSets, scorers, runners, queue, submissions, audit, mail, waiting] = await Promise.all([
    readConsoleSummary(site, challenge),
    // A test set is the same for every organizer, and a phase gets one once.
    site.shared.read(`test sets ${challenge.id}`, () => readTestSets(site, challenge)),
    readScorers(site, challenge),
    readRunners(site, challenge.id),
    readQueuePage(site, challenge, { limit: QUEUE_SHOWN }),
    readSubmissionsPage(site, challenge, { limit: SUBMISSIONS_SHOWN }),
    readAuditPage(site, challenge.id, { limit: EVENTS_SHOWN }),
    mailStatus(site),
    readWaiting(site, challenge),
  ]);
  return {
    challenge: describeChallenge(site, challenge, viewer),
    testSets,
    ...scorers,
    runners,
    ...summary,
    queue: queue.rows,
    unserved: unservedPhases(challenge.phases, runners, site.now()),
    submissions: submissions.rows,
    audit: audit.rows,
    ...{ mail, waiting },
    viewerMay: {
      rerun: may('submission.rerun', viewer, { challenge }),
      drain: may('runner.drain', viewer, { challenge }),
      importTestSet: may('testset.import', viewer, { challenge }),
      importScorer: may('scorer.import', viewer, { challenge }),
    },
    asOf: site.now().toISOString(),
  };
}
