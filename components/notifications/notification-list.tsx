import { utcDateTime } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { NotificationEntry } from '#lib/api/notifications/notifications.ts';

/** What somebody was told, newest first. Each form marks one as read. */
export function NotificationList({
  notifications,
  markRead,
}: {
  notifications: readonly NotificationEntry[];
  markRead: (form: FormData) => Promise<void>;
}) {
  return (
    <ul className="notifications">
      {notifications.map(({ id, title, path, createdAt, isRead }) => (
        <li key={id} className={isRead ? undefined : 'is-unread'}>
          <div>
            {isRead ? null : <span className="vh">Unread: </span>}
            <PlainLink href={path}>{title}</PlainLink>
            <time className="muted small block" dateTime={createdAt}>
              {utcDateTime(createdAt)}
            </time>
          </div>
          {isRead ? null : (
            <form action={markRead}>
              <input type="hidden" name="id" value={id} />
              <SubmitButton pending="Marking" className="btn">
                Mark read<span className="vh">: {title}</span>
              </SubmitButton>
            </form>
          )}
        </li>
      ))}
    </ul>
  );
}
