import type { RegistrationsView } from '#lib/api/pages/organizer/registrations.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { ListRegistrationsQuery, RegistrationEntry, RegistrationState } from '#lib/api/registrations.ts';
import { answerListSchema } from '#lib/domain/registrations/questions.ts';
import type { Database } from '#lib/platform/database.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { authorize } from '#lib/site/authorization.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { listHead } from '#lib/site/console/organized-challenge.ts';
import { newestFirst, readPage, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/** One page of the teams that have registered for a challenge, for its organizers. */
export async function listRegistrations(
  site: Site,
  slug: string,
  query: ListRegistrationsQuery,
  viewer: Viewer | null,
): Promise<{ registrations: RegistrationEntry[]; next: string | null }> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('registration.read', viewer, { challenge });
  const read = (slice: Slice) => findRegistrations(site.db, challenge.id, query, slice);
  const { rows, next } = await readPage(query, read, ({ id }) => id);
  return { registrations: rows, next };
}

/** The same for the console, with the counts of all states. */
export async function registrationsView(
  site: Site,
  slug: string,
  query: ListRegistrationsQuery,
  viewer: Viewer | null,
): Promise<RegistrationsView> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('registration.read', viewer, { challenge });
  const read = (slice: Slice) => findRegistrations(site.db, challenge.id, query, slice);
  const [{ rows, ...links }, counts] = await Promise.all([
    readPageWithPrevious(query, read, ({ id }) => id),
    countStates(site.db, challenge.id),
  ]);
  const replies = challenge.registrationReplies.map(({ name }) => name);
  return { ...listHead(site, challenge), registrations: rows, counts, replies, ...links };
}

async function countStates(db: Database, challengeId: string): Promise<Record<RegistrationState, number>> {
  const rows = await db.registration.groupBy({ by: ['state'], where: { challengeId }, _count: true });
  const countOf = (state: RegistrationState) => rows.find((row) => row.state === state)?._count ?? 0;
  return { PENDING: countOf('PENDING'), APPROVED: countOf('APPROVED'), DECLINED: countOf('DECLINED') };
}

interface Row extends Omit<RegistrationEntry, 'team' | 'createdAt' | 'decidedAt' | 'answers'> {
  teamSlug: string;
  teamName: string;
  answers: unknown;
  createdAt: Date;
  decidedAt: Date | null;
}

async function findRegistrations(
  db: Database,
  challengeId: string,
  { state, q }: ListRegistrationsQuery,
  slice: Slice,
): Promise<RegistrationEntry[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`registration.id`, slice);
  const conditions = [Prisma.sql`registration."challengeId" = ${challengeId}::uuid`, isInSlice];
  if (state) conditions.push(Prisma.sql`registration.state = ${state}::"RegistrationState"`);
  if (q) conditions.push(Prisma.sql`position(lower(${q}) IN lower(team.name)) > 0`);
  const rows = await db.$queryRaw<Row[]>`
    SELECT registration.id, registration.state, registration.answers, registration.reason, registration."group",
      registration."createdAt", registration."decidedAt", team.slug AS "teamSlug", team.name AS "teamName",
      (
        SELECT coalesce(json_agg(json_build_object('name', person.name, 'email', person.email)
          ORDER BY membership.role, membership."createdAt"), '[]')
        FROM "Membership" membership JOIN "User" person ON person.id = membership."userId"
        WHERE membership."teamId" = team.id
      ) AS members,
      (
        SELECT count(*)::int FROM "Submission" submission JOIN "Phase" phase ON phase.id = submission."phaseId"
        WHERE submission."teamId" = team.id AND phase."challengeId" = registration."challengeId"
      ) AS submissions,
      (
        SELECT json_build_object('version', acceptance.version, 'by', person.name,
          'at', to_char(acceptance."acceptedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        FROM "TermsAcceptance" acceptance JOIN "User" person ON person.id = acceptance."userId"
        WHERE acceptance."teamId" = team.id AND acceptance."challengeId" = registration."challengeId"
        ORDER BY acceptance.version DESC LIMIT 1
      ) AS terms
    FROM "Registration" registration JOIN "Team" team ON team.id = registration."teamId"
    WHERE ${Prisma.join(conditions, ' AND ')}
    ${firstOfSlice}`;
  return rows.map(({ teamSlug, teamName, createdAt, decidedAt, answers, ...row }) => ({
    ...row,
    team: { slug: teamSlug, name: teamName },
    answers: parseColumn(answerListSchema, answers, { table: 'Registration', id: row.id, column: 'answers' }),
    createdAt: createdAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
  }));
}
