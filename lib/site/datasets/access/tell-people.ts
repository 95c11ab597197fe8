import { requestPage } from '#lib/api/datasets/addresses.ts';
import type { RequestStep } from '#lib/domain/datasets/data-request.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { type MailingSite, siteLink } from '#lib/site/mail/queue-mail.ts';
import { newRelease, requestForOrganizers, requestForPerson } from '#lib/site/mail/templates/data-request.ts';
import { notifyPeople } from '#lib/site/notifications/notify.ts';
import type { FoundDataset } from '../find-dataset.ts';
import { lastsBeyond } from './find-access.ts';

type Found = {
  challenge: Pick<FoundDataset['challenge'], 'id' | 'slug' | 'title'>;
  dataset: Pick<FoundDataset['dataset'], 'name' | 'title'>;
};

/** Tells a person about a step of their request, on the site and by mail. */
export async function tellPerson(
  site: MailingSite,
  tx: Transaction,
  { challenge, dataset }: Found,
  { userId, step, text }: { userId: string; step: Exclude<RequestStep, 'answer' | 'withdraw'>; text: string },
): Promise<void> {
  const path = requestPage(challenge.slug, dataset.name);
  const of = { dataset: dataset.title, challenge: challenge.title };
  const message = requestForPerson({ ...of, step, text, url: siteLink(site, path) });
  await notifyPeople(site, tx, [userId], { kind: 'data', title: message.subject, path, message });
}

/** Tells the organizers who can decide. */
export async function tellOrganizers(
  site: MailingSite,
  tx: Transaction,
  { challenge, dataset }: Found,
  { name, step }: { name: string; step: 'submit' | 'answer' | 'withdraw' },
): Promise<void> {
  const organizers = await tx.organizer.findMany({
    where: { challengeId: challenge.id, role: { in: ['OWNER', 'EDITOR'] } },
    select: { userId: true },
  });
  const path = `/organize/${challenge.slug}/data`;
  const of = { dataset: dataset.title, challenge: challenge.title };
  const message = requestForOrganizers({ ...of, name, step, url: siteLink(site, path) });
  const people = organizers.map(({ userId }) => userId);
  await notifyPeople(site, tx, people, { kind: 'data', title: message.subject, path, message });
}

/** Tells everybody whose approval hasn’t ended that a release is out, and whether they have to sign its terms. */
export async function tellOfRelease(
  site: MailingSite,
  tx: Transaction,
  { challenge, dataset }: { challenge: Found['challenge']; dataset: Found['dataset'] & { id: string } },
  { version, termsSha256 }: { version: string; termsSha256: string },
): Promise<void> {
  const { id: datasetId, name, title } = dataset;
  const approved = await tx.dataRequest.findMany({
    where: { datasetId, ...lastsBeyond(site.now()) },
    distinct: ['userId'],
    select: { userId: true },
  });
  const signed = await tx.dataSignature.findMany({
    where: { datasetId, termsSha256 },
    select: { userId: true },
  });
  const signers = new Set(signed.map(({ userId }) => userId));
  const path = requestPage(challenge.slug, name);
  const of = { dataset: title, challenge: challenge.title, version, url: siteLink(site, path) };
  for (const newTerms of [true, false]) {
    const people = approved.map(({ userId }) => userId).filter((id) => signers.has(id) !== newTerms);
    const message = newRelease({ ...of, newTerms });
    await notifyPeople(site, tx, people, { kind: 'data', title: message.subject, path, message });
  }
}
