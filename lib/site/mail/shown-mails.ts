import type { ShownMail } from '#lib/api/pages/mail.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { decrypt } from '#lib/site/encryption.ts';
import type { Site } from '#lib/site/site.ts';
import { mailContentSchema } from './queue-mail.ts';

const SHOWN = 50;

/** The latest mails of a development site without a mail server. Throws NOT_FOUND on any other site. */
export async function shownMails({ db, environment }: Site): Promise<ShownMail[]> {
  if (!environment.showsMail)
    throw new DomainError('NOT_FOUND', 'Only a development site without a mail server shows mails.');
  const rows = await db.mail.findMany({
    where: { state: 'UNSENT', content: { not: null } },
    orderBy: { id: 'desc' },
    take: SHOWN,
  });
  return rows.flatMap(({ id, to, subject, createdAt, content }) => {
    const text = content && decrypt(environment, 'mail', content);
    return text
      ? [
          {
            id,
            to,
            subject,
            createdAt: createdAt.toISOString(),
            ...mailContentSchema.parse(JSON.parse(text)),
          },
        ]
      : [];
  });
}
