import { z } from 'zod';
import { APPROVAL_EVENTS } from '#lib/domain/datasets/data-request.ts';
import { DATE_EVENTS } from '#lib/domain/notifications/dates.ts';
import type { Transaction } from '#lib/platform/database.ts';

/** What a notice is about. Only IDs: what it says is read when it is delivered. */
export const noticeContentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('announcement'), announcementId: z.uuid() }),
  z.strictObject({ kind: z.literal('submission'), evaluationId: z.uuid() }),
  z.strictObject({ kind: z.literal('quota'), phaseId: z.uuid(), teamId: z.uuid() }),
  z.strictObject({
    kind: z.literal('dates'),
    phaseId: z.uuid(),
    event: z.enum(DATE_EVENTS),
    at: z.iso.datetime(),
    /** The team that was granted another date; null for all others. */
    teamId: z.uuid().nullable(),
  }),
  z.strictObject({
    kind: z.literal('data'),
    requestId: z.uuid(),
    event: z.enum(APPROVAL_EVENTS),
    at: z.iso.datetime(),
  }),
]);
export type NoticeContent = z.infer<typeof noticeContentSchema>;

export interface NewNotice {
  content: NoticeContent;
  dueAt: Date;
}

/** Adds notices in the transaction of what they are about. One that exists already is left as it is. */
export async function addNotices(tx: Transaction, notices: readonly NewNotice[]): Promise<void> {
  await tx.notice.createMany({
    data: notices.map((notice) => ({ ...notice, key: keyOf(notice), kind: notice.content.kind })),
    skipDuplicates: true,
  });
}

/** Equal for what people are told about once, however many processes notice it. */
function keyOf({ content, dueAt }: NewNotice): string {
  switch (content.kind) {
    case 'announcement':
      return `announcement ${content.announcementId}`;
    case 'submission':
      // The trigger note_ended_submission writes the same.
      return `submission ${content.evaluationId}`;
    case 'quota':
      return `quota ${content.phaseId} ${content.teamId} ${dueAt.toISOString()}`;
    case 'dates':
      return `dates ${content.phaseId} ${content.teamId ?? 'all'} ${content.event} ${content.at}`;
    case 'data':
      return `data ${content.requestId} ${content.event} ${content.at}`;
  }
}
