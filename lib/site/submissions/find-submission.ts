import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type Audience, type LadderDecision, ladderOf } from '#lib/domain/disclosure/disclosure.ts';
import { drawHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { RemarkName, Remarks } from '#lib/domain/submissions/remarks.ts';
import type { Database } from '#lib/platform/database.ts';
import { audienceOf, authorize, ofSubmission } from '#lib/site/authorization.ts';
import { type Challenge, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { leaderboardMetrics, type PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import type { Evaluation, SubmissionStanding } from '#prisma-client';
import { type DisclosureRules, disclosureOf } from './disclosure/disclose-evaluation.ts';
import { pseudonymousCaseIds } from './disclosure/pseudonymous-case-ids.ts';

export interface Archive {
  fileName: string;
  bytes: bigint;
  sha256: string;
}

export interface Submission extends Remarks {
  id: string;
  phaseId: string;
  teamId: string;
  algorithm: string;
  createdAt: Date;
  standing: SubmissionStanding;
  /** Its name, if it is a baseline. */
  baseline: string | null;
  team: { id: string; slug: string; name: string };
  user: { name: string };
  image: Archive;
  model: Archive | null;
  phase: PhaseWithTestSet & { challenge: Challenge };
  ladder: LadderDecision;
  /** The latest first. */
  evaluations: Evaluation[];
}

export interface FoundSubmission {
  submission: Submission;
  /** The latest attempt. */
  evaluation: Evaluation;
  audience: Audience;
  rules: DisclosureRules;
}

/**
 * A submission and the audience that the viewer belongs to. Submissions whose scores are shown to everyone are public,
 * like the leaderboard; others are visible only to the team and the organizers. Throws NOT_FOUND, NOT_SIGNED_IN,
 * FORBIDDEN.
 */
export async function findSubmission(
  site: Pick<Site, 'db' | 'shared' | 'environment'>,
  id: string,
  viewer: Viewer | null,
): Promise<FoundSubmission> {
  const isId = z.uuid().safeParse(id).success;
  const submission = isId ? await readSubmission(site, id, viewer) : null;
  const evaluation = submission?.evaluations[0];
  const missing = new DomainError('NOT_FOUND', 'This submission doesn’t exist.');
  if (!submission || !evaluation) throw missing;
  const audience = audienceOf(submission, viewer);
  // Members of its team may be no organizers.
  if (submission.standing === 'REHEARSAL' && audience !== 'organizer') throw missing;
  const { phase, ladder } = submission;
  const { isPublic } = disclosureOf({ evaluation, ladder }, { audience, phase });
  authorize(isPublic ? 'submission.readScored' : 'submission.read', viewer, ofSubmission(submission));
  const { caseCount } = evaluation;
  const rules = {
    ...{ audience, phase, decimals: phase.decimals, metrics: leaderboardMetrics(phase) },
    heldBack: drawHeldBack({ ...phase, caseCount }),
    pseudonymousId: pseudonymousCaseIds(site.environment.sessionSecret, phase.id, caseCount),
  };
  return { submission, evaluation, audience, rules };
}

interface Row
  extends Pick<
    Submission,
    'id' | 'phaseId' | 'teamId' | 'algorithm' | 'createdAt' | 'standing' | 'baseline' | RemarkName
  > {
  teamSlug: string;
  teamName: string;
  userName: string;
  challenge: string;
  isShown: boolean | null;
  imageName: string;
  imageBytes: bigint;
  imageSha256: string;
  modelName: string | null;
  modelBytes: bigint | null;
  modelSha256: string | null;
}

/** In two queries; Prisma would make one for each table. */
async function readSubmission(
  site: Pick<Site, 'db' | 'shared'>,
  id: string,
  viewer: Viewer | null,
): Promise<Submission | null> {
  const [row, evaluations] = await Promise.all([
    readRow(site.db, id),
    site.db.evaluation.findMany({ where: { submissionId: id }, orderBy: { createdAt: 'desc' } }),
  ]);
  if (!row) return null;
  const challenge = await readSharedChallenge(site, row.challenge, viewer);
  const { phaseId, teamId, algorithm, createdAt, standing, baseline, ...remarks } = row;
  const phase = challenge.phases.find((one) => one.id === phaseId)!;
  return {
    ...{ id, phaseId, teamId, algorithm, createdAt, standing, baseline },
    ...{ comment: remarks.comment, codeUrl: remarks.codeUrl, paperUrl: remarks.paperUrl },
    team: { id: teamId, slug: row.teamSlug, name: row.teamName },
    user: { name: row.userName },
    image: { fileName: row.imageName, bytes: row.imageBytes, sha256: row.imageSha256 },
    model:
      row.modelName === null
        ? null
        : { fileName: row.modelName, bytes: row.modelBytes!, sha256: row.modelSha256! },
    phase: { ...phase, challenge },
    ladder: ladderOf({ isBaseline: standing === 'BASELINE', isShown: row.isShown }),
    evaluations,
  };
}

async function readRow(db: Database, id: string): Promise<Row | undefined> {
  const [row] = await db.$queryRaw<Row[]>`
    SELECT submission.id, submission."phaseId", submission."teamId", submission.algorithm,
      submission.comment, submission."codeUrl", submission."paperUrl",
      submission."createdAt", submission.standing::text AS standing, team.slug AS "teamSlug",
      team.name AS "teamName", person.name AS "userName", challenge.slug AS challenge, ladder."isShown", baseline.name AS baseline,
      image."fileName" AS "imageName", image.bytes AS "imageBytes", image.sha256 AS "imageSha256",
      model."fileName" AS "modelName", model.bytes AS "modelBytes", model.sha256 AS "modelSha256"
    FROM "Submission" submission
    JOIN "Team" team ON team.id = submission."teamId"
    JOIN "User" person ON person.id = submission."userId"
    JOIN "Phase" phase ON phase.id = submission."phaseId"
    JOIN "Challenge" challenge ON challenge.id = phase."challengeId"
    JOIN "Image" image ON image.id = submission."imageId"
    LEFT JOIN "Baseline" baseline ON baseline."submissionId" = submission.id
    LEFT JOIN "LadderDecision" ladder ON ladder."submissionId" = submission.id
    LEFT JOIN "ModelArchive" model ON model.id = submission."modelId"
    WHERE submission.id = ${id}::uuid`;
  return row;
}
