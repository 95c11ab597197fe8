import { type AccessSettings, accessSettingsSchema } from '#lib/api/datasets/requests.ts';
import type { AccessSettingsView } from '#lib/api/pages/organizer/data.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { replyListSchema } from '#lib/domain/registrations/questions.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { listHead } from '#lib/site/console/organized-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { DatasetRow } from '../dataset-view.ts';
import { type DatasetPlace, findDataset } from '../find-dataset.ts';
import { questionsOf } from './own-request.ts';

/** How access to a dataset is given, for organizers. */
export async function readAccessSettings(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
): Promise<AccessSettings> {
  const found = await findDataset(site, place, viewer);
  authorize('dataRequest.read', viewer, found);
  return settingsOf(found.dataset);
}

/** The same for the console. */
export async function accessSettingsView(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
): Promise<AccessSettingsView> {
  const found = await findDataset(site, place, viewer);
  const { challenge, dataset } = found;
  authorize('dataRequest.read', viewer, found);
  return {
    ...listHead(site, challenge),
    title: dataset.title,
    settings: settingsOf(dataset),
    mayChange: may('dataRequest.decide', viewer, found),
  };
}

/** Holds for decisions from now on: approvals keep the date that they were given. */
export async function changeAccessSettings(
  site: Site,
  place: DatasetPlace,
  input: unknown,
  viewer: Viewer | null,
): Promise<AccessSettings> {
  const { challenge, dataset } = await findDataset(site, place, viewer);
  const editor = authorize('dataRequest.decide', viewer, { challenge });
  const after = parseInput(accessSettingsSchema, input);
  await site.db.$transaction(async (tx) => {
    await tx.dataset.update({ where: { id: dataset.id }, data: after });
    const changes = { before: auditedOf(settingsOf(dataset)), after: auditedOf(after) };
    await recordAudit(tx, editor, 'dataset.access', challenge.id, { dataset: dataset.name }, changes);
  });
  return after;
}

export function settingsOf(row: DatasetRow): AccessSettings {
  const { id, access, autoApprove, validityDays, dueDays } = row;
  const replies = parseColumn(replyListSchema, row.replies, { table: 'Dataset', id, column: 'replies' });
  return { access, autoApprove, validityDays, dueDays, questions: questionsOf(row), replies };
}

/** Of the lists, how long they are: the trail takes short values. */
function auditedOf({ access, autoApprove, validityDays, dueDays, questions, replies }: AccessSettings) {
  return {
    ...{ access, validityDays, dueDays },
    autoApprove: autoApprove.join(', '),
    questions: questions.length,
    replies: replies.length,
  };
}
