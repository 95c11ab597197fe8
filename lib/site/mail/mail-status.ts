import type { MailStatus } from '#lib/api/pages/mail.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import type { Site } from '#lib/site/site.ts';

const DAYS = 7;

/** Whether mail works, for organizers and administrators: counts only, no address. */
export async function mailStatus({ db, environment, now }: Site): Promise<MailStatus> {
  const since = new Date(now().getTime() - DAYS * DAY_MS);
  const [failed, retried] = await Promise.all([
    db.mail.count({ where: { state: 'FAILED', createdAt: { gte: since } } }),
    db.mail.count({ where: { state: 'QUEUED', attempts: { gt: 0 } } }),
  ]);
  return { isOn: environment.mail !== null, showsMail: environment.showsMail, failed, retried };
}
