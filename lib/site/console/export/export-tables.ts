import type { ExportTable } from '#lib/api/pages/organizer/export.ts';
import { isLatestAttempt } from '#lib/site/console/find-attempts.ts';
import { Prisma } from '#prisma-client';

/** A table of the export: its rows in the order of `key`, which pages through it. */
interface Source {
  /** In SQL; text that no two rows share, in the order of the rows. */
  key: Prisma.Sql;
  columns: Prisma.Sql;
  from: Prisma.Sql;
}

const SUBMITTED = Prisma.sql`
  "Phase" phase
  JOIN "Submission" submission ON submission."phaseId" = phase.id
  JOIN "Team" team ON team.id = submission."teamId"`;
const ATTEMPTED = Prisma.sql`${SUBMITTED} JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id`;
const OF_CHALLENGE = (challengeId: string) => Prisma.sql`WHERE phase."challengeId" = ${challengeId}::uuid`;

const ATTEMPT = Prisma.sql`
  evaluation.state::text AS state, evaluation.code, evaluation.message, evaluation."platformCode",
  evaluation.requeues, evaluation."caseCount" AS cases, evaluation."scoredCases" AS scored,
  evaluation."failedCases" AS failed, evaluation."containerSeconds" AS container_seconds,
  evaluation."imageDigest" AS image_digest, evaluation."createdAt" AS queued_at,
  evaluation."startedAt" AS started_at, evaluation."finishedAt" AS finished_at`;

/** The tables for one challenge. Accounts are in it by name alone, where they acted; who asks for data, with address. */
export function exportSource(table: ExportTable, challengeId: string): Source {
  const where = OF_CHALLENGE(challengeId);
  switch (table) {
    case 'submissions':
      return {
        key: Prisma.sql`submission.id::text`,
        columns: Prisma.sql`submission.id, phase.slug AS phase, team.slug AS team, team.name AS team_name,
          submission.algorithm, submission.comment, submission."codeUrl" AS code_url,
          submission."paperUrl" AS paper_url, submission."createdAt" AS submitted_at,
          image.sha256 AS image_sha256, ${ATTEMPT},
          tombstone.kind::text AS tombstone, tombstone.reason AS tombstone_reason,
          given.reason AS quota_return_reason`,
        from: Prisma.sql`${ATTEMPTED} AND ${isLatestAttempt}
          JOIN "Image" image ON image.id = submission."imageId"
          LEFT JOIN "Tombstone" tombstone
            ON tombstone."submissionId" = submission.id AND tombstone."undoneAt" IS NULL
          LEFT JOIN "QuotaReturn" given ON given."submissionId" = submission.id ${where}`,
      };
    case 'attempts':
      return {
        key: Prisma.sql`evaluation.id::text`,
        columns: Prisma.sql`evaluation.id, submission.id AS submission, phase.slug AS phase, team.slug AS team, ${ATTEMPT}`,
        from: Prisma.sql`${ATTEMPTED} ${where}`,
      };
    case 'scores':
      return {
        key: Prisma.sql`(evaluation.id::text || ' ' || score.metric)`,
        columns: Prisma.sql`evaluation.id AS attempt, submission.id AS submission, phase.slug AS phase,
          team.slug AS team, score.metric, score.version, score.mean, score.sd, score.median, score.q1, score.q3,
          score.min, score.max, score.n, score.failed`,
        from: Prisma.sql`${ATTEMPTED} JOIN "Score" score ON score."evaluationId" = evaluation.id ${where}`,
      };
    case 'cases':
      return {
        key: Prisma.sql`(evaluation.id::text || ' ' || lpad(one."caseIndex"::text, 9, '0'))`,
        columns: Prisma.sql`evaluation.id AS attempt, submission.id AS submission, phase.slug AS phase,
          team.slug AS team, one."caseIndex" AS case_index, one.status::text AS status, one.code, one.message,
          one.seconds, one."peakMemoryBytes" AS peak_memory_bytes, one."exitCode" AS exit_code, one.metrics,
          one."undefinedMetrics" AS undefined_metrics`,
        from: Prisma.sql`${ATTEMPTED} JOIN "CaseScore" one ON one."evaluationId" = evaluation.id ${where}`,
      };
    case 'registrations':
      return {
        key: Prisma.sql`registration.id::text`,
        columns: Prisma.sql`team.slug AS team, team.name AS team_name, registration.state::text AS state,
          registration.group, registration.reason, registration.answers,
          registration."createdAt" AS registered_at, registration."decidedAt" AS decided_at`,
        from: Prisma.sql`"Registration" registration JOIN "Team" team ON team.id = registration."teamId"
          WHERE registration."challengeId" = ${challengeId}::uuid`,
      };
    case 'data-requests':
      return {
        key: Prisma.sql`request.id::text`,
        columns: Prisma.sql`request.id, dataset.name AS dataset, person.name AS person, person.email,
          request.state::text AS state, request.institution, request."useStatement" AS use_statement,
          request."coInvestigators" AS co_investigators, request.answers, request."submittedAt" AS submitted_at,
          request."dueAt" AS due_at, request."decidedAt" AS decided_at, decider.name AS decided_by,
          request."expiresAt" AS expires_at, request."revokedAt" AS revoked_at, signature.name AS signed_as,
          signature.version AS signed_version, signature."termsSha256" AS terms_sha256,
          signature."signedAt" AS signed_at`,
        from: Prisma.sql`"DataRequest" request JOIN "Dataset" dataset ON dataset.id = request."datasetId"
          JOIN "User" person ON person.id = request."userId"
          LEFT JOIN "User" decider ON decider.id = request."decidedById"
          LEFT JOIN LATERAL (
            SELECT * FROM "DataSignature" one
            WHERE one."datasetId" = request."datasetId" AND one."userId" = request."userId"
            ORDER BY one."signedAt" DESC LIMIT 1
          ) signature ON TRUE
          WHERE dataset."challengeId" = ${challengeId}::uuid AND request."submittedAt" IS NOT NULL`,
      };
    case 'downloads':
      return {
        key: Prisma.sql`download.id::text`,
        columns: Prisma.sql`download.id, dataset.name AS dataset, release.version, variant.name AS variant,
          download.path, person.name AS person, person.email, download."startedAt" AS started_at`,
        from: Prisma.sql`"Download" download
          JOIN "ReleaseVariant" variant ON variant.id = download."variantId"
          JOIN "Release" release ON release.id = variant."releaseId"
          JOIN "Dataset" dataset ON dataset.id = release."datasetId"
          LEFT JOIN "User" person ON person.id = download."userId"
          WHERE dataset."challengeId" = ${challengeId}::uuid`,
      };
    case 'audit':
      return {
        key: Prisma.sql`event.id::text`,
        columns: Prisma.sql`event.id, event.at, event.actor, event.action, event.detail, event.before, event.after,
          event.address, event.client, event.seq, event.hash`,
        from: Prisma.sql`"AuditEvent" event WHERE event."challengeId" = ${challengeId}::uuid`,
      };
  }
}
