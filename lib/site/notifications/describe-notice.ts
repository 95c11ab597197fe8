import { endedWithPlatformError } from '#lib/domain/evaluations/state.ts';
import { utcText } from '#lib/domain/minutes.ts';
import { withException } from '#lib/domain/phases/exceptions.ts';
import { phaseStatus } from '#lib/domain/phases/phase.ts';
import { usedUp } from '#lib/domain/phases/quota/used-up.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { type MailingSite, siteLink } from '#lib/site/mail/queue-mail.ts';
import { announced, notified } from '#lib/site/mail/templates/notification.ts';
import { readExceptions, readQuota } from '#lib/site/submissions/read-quota.ts';
import { describeApproval } from './ending-approvals.ts';
import type { NoticeContent } from './notices.ts';
import type { Described } from './notify.ts';

type Of<Kind extends NoticeContent['kind']> = Extract<NoticeContent, { kind: Kind }>;

/** Reads what a notice is about. Null if there is nothing to tell any more. It never says a score. */
export function describeNotice(
  site: MailingSite,
  tx: Transaction,
  content: NoticeContent,
): Promise<Described | null> {
  switch (content.kind) {
    case 'announcement':
      return describeAnnouncement(site, tx, content);
    case 'submission':
      return describeSubmission(site, tx, content);
    case 'quota':
      return describeQuota(site, tx, content);
    case 'dates':
      return describeDates(site, tx, content);
    case 'data':
      return describeApproval(site, tx, content);
  }
}

async function describeAnnouncement(
  site: MailingSite,
  tx: Transaction,
  { announcementId: id }: Of<'announcement'>,
): Promise<Described | null> {
  const include = { challenge: { select: { slug: true, title: true } } };
  const found = await tx.announcement.findUnique({ where: { id }, include });
  if (!found || found.withdrawnAt) return null;
  const { title, body, challenge, challengeId } = found;
  const path = `/challenges/${challenge.slug}#announcements`;
  const message = announced({
    challenge: challenge.title,
    title,
    paragraphs: body.split(/\n{2,}/),
    url: siteLink(site, path),
  });
  return {
    telling: { kind: 'announcement', title: `${challenge.title}: ${title}`, path, message },
    to: { challengeId },
  };
}

async function describeSubmission(
  site: MailingSite,
  tx: Transaction,
  { evaluationId: id }: Of<'submission'>,
): Promise<Described | null> {
  const phase = { select: { title: true, challenge: { select: { title: true } } } };
  const select = { state: true, code: true, submission: { include: { phase } } } as const;
  const found = await tx.evaluation.findUnique({ where: { id }, select });
  // Of a rehearsal, only organizers know, and the team may have other members.
  if (!found || found.submission.standing === 'REHEARSAL') return null;
  const { submission } = found;
  const outcome =
    found.state === 'SCORED'
      ? 'was scored'
      : endedWithPlatformError(found)
        ? 'was ended by a platform error and uses no quota'
        : 'failed';
  const title = `“${submission.algorithm}” in “${submission.phase.title}” ${outcome}`;
  const path = `/submissions/${submission.id}`;
  const link = { label: 'Open the submission', href: siteLink(site, path) };
  const further = [`The challenge is “${submission.phase.challenge.title}”.`];
  const message = notified({ title, further, link });
  return { telling: { kind: 'submission', title, path, message }, to: { teamId: submission.teamId } };
}

async function describeQuota(
  site: MailingSite,
  tx: Transaction,
  { phaseId, teamId }: Of<'quota'>,
): Promise<Described | null> {
  const now = site.now();
  const found = await findPhase(tx, phaseId);
  const team = await tx.team.findUnique({ where: { id: teamId }, select: { name: true, dissolvedAt: true } });
  if (!found || !team || team.dissolvedAt) return null;
  const { phase, challenge } = found;
  const [exception = null] = await readExceptions(tx, [phase], [teamId]);
  if (phaseStatus(withException(phase, exception), now) !== 'open') return null;
  // Such as after a rerun, or once the organizers have changed the limits.
  if (usedUp(await readQuota(tx, phase, teamId, now)) !== null) return null;
  const title = `${team.name} can submit to “${phase.title}” again`;
  const path = `/challenges/${challenge.slug}/submit`;
  const message = notified({ title, link: { label: 'Submit', href: siteLink(site, path) } });
  return { telling: { kind: 'quota', title, path, message }, to: { teamId } };
}

async function describeDates(
  site: MailingSite,
  tx: Transaction,
  { phaseId, event, at, teamId }: Of<'dates'>,
): Promise<Described | null> {
  const found = await findPhase(tx, phaseId);
  if (!found) return null;
  const { phase, challenge } = found;
  const [exception = null] = teamId === null ? [] : await readExceptions(tx, [phase], [teamId]);
  const date = event === 'opens' ? phase.opensAt : withException(phase, exception).closesAt;
  // Moved, which has a notice of its own, or past while no process of the site was running.
  if (date.toISOString() !== at || date <= site.now()) return null;
  const forTeam = teamId === null ? '' : ' for your team';
  const title = `“${phase.title}” of ${challenge.title} ${event}${forTeam} ${utcText(date)}`;
  const path = `/challenges/${challenge.slug}`;
  const message = notified({ title, link: { label: 'Open the challenge', href: siteLink(site, path) } });
  const everybody = { challengeId: phase.challengeId, ...(event === 'closes' && { exceptPhaseId: phaseId }) };
  return {
    telling: { kind: 'dates', title, path, message },
    to: teamId === null ? everybody : { teamId },
  };
}

async function findPhase(tx: Transaction, id: string) {
  const include = { challenge: { select: { slug: true, title: true } } };
  const row = await tx.phase.findUnique({ where: { id }, include });
  return row && { phase: phaseFromRow(row), challenge: row.challenge };
}
