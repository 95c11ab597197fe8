import { z } from 'zod';
import type { ExceptionsView } from '#lib/api/pages/organizer/exceptions.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { describeException, exceptionSchema } from '#lib/domain/phases/exceptions.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { findChallenge, findPhase } from './find-challenge.ts';

/** Where an exception applies. */
export interface ExceptionPlace {
  challenge: string;
  phase: string;
}

const grantSchema = z.object({ team: z.string().trim().min(1) });

/** The exceptions of a phase, and the teams that could get one. For organizers. */
export async function exceptionsView(
  site: Site,
  { challenge: slug, phase: phaseSlug }: ExceptionPlace,
  viewer: Viewer | null,
): Promise<ExceptionsView> {
  const challenge = await findChallenge(site, slug, viewer);
  authorize('challenge.readDefinition', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  const rows = await site.db.phaseException.findMany({
    where: { phaseId: phase.id },
    include: { team: { select: { slug: true, name: true } } },
    orderBy: { createdAt: 'desc' },
  });
  return {
    zone: phase.zone,
    exceptions: rows.map((row) => ({
      ...{ teamSlug: row.team.slug, teamName: row.team.name, text: describeException(row, phase.zone) },
      ...{ reason: row.reason, grantedBy: row.grantedBy, at: row.createdAt.toISOString() },
    })),
  };
}

/** Grants a registered team an exception; it replaces an earlier one. Throws INVALID, CONFLICT, FORBIDDEN. */
export async function grantException(
  site: Site,
  { challenge: slug, phase: phaseSlug }: ExceptionPlace,
  input: { team: string; [field: string]: unknown },
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('phase.grantException', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  const { team: teamSlug } = parseInput(grantSchema, { team: input.team });
  const { team: _team, ...granted } = input;
  const { closesAt, ...counts } = parseInput(exceptionSchema, granted);
  const exception = { ...counts, closesAt: closesAt === null ? null : new Date(closesAt) };
  if (exception.closesAt !== null && exception.closesAt <= phase.closesAt) {
    throw new DomainError('INVALID', 'The date must be after that of the phase.', {
      closesAt: 'must be after the closing date of the phase.',
    });
  }
  await site.db.$transaction(async (tx) => {
    const registration = await tx.registration.findFirst({
      where: { challengeId: challenge.id, team: { slug: teamSlug } },
    });
    if (!registration) {
      throw new DomainError('INVALID', 'Nothing was granted.', {
        team: `No team "${teamSlug}" is registered for this challenge.`,
      });
    }
    const key = { phaseId: phase.id, teamId: registration.teamId };
    const data = { ...exception, grantedBy: organizer.name, createdAt: site.now() };
    await tx.phaseException.upsert({
      where: { phaseId_teamId: key },
      create: { ...key, ...data },
      update: data,
    });
    const detail = { phase: phase.slug, team: teamSlug, granted: describeException(exception, phase.zone) };
    const { reason } = exception;
    await recordAudit(tx, organizer, 'phase.grantException', challenge.id, { ...detail, reason });
  });
}

/** Takes an exception back. What was submitted under it stays. */
export async function revokeException(
  site: Site,
  { challenge: slug, phase: phaseSlug }: ExceptionPlace,
  teamSlug: string,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('phase.grantException', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.phaseException.deleteMany({
      where: { phaseId: phase.id, team: { slug: teamSlug } },
    });
    if (count === 0) return;
    const detail = { phase: phase.slug, team: teamSlug };
    await recordAudit(tx, organizer, 'phase.revokeException', challenge.id, detail);
  });
}
