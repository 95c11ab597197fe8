import { utcDateTime } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { MailRow } from '#lib/api/pages/administration.ts';

/** Mails without what they say; a failed one can be sent again. */
export function MailsTable({ mails, resend }: { mails: readonly MailRow[]; resend: FormAction }) {
  return (
    <table className="plain stackable top">
      <caption>
        <b>Mails</b> of the last 90 days, newest first. What they say is encrypted until they are sent.
      </caption>
      <thead>
        <tr>
          <th scope="col">Mail</th>
          <th scope="col">Kind</th>
          <th scope="col">State</th>
          <th scope="col" className="num">
            Attempts
          </th>
          <th scope="col" className="num">
            Written
          </th>
        </tr>
      </thead>
      <tbody>
        {mails.length === 0 ? (
          <tr className="nothing">
            <td colSpan={5}>No mail matches.</td>
          </tr>
        ) : (
          mails.map((mail) => (
            <tr key={mail.id}>
              <th scope="row" className="anywhere">
                {mail.subject}
                <span className="muted small block">{mail.to}</span>
              </th>
              <td className="soft" data-l="kind">
                {mail.kind}
              </td>
              <td className={mail.state === 'FAILED' ? 'state-bad anywhere' : 'anywhere'}>
                {mail.state.toLowerCase()}
                {mail.error ? <span className="small block">{mail.error}</span> : null}
                {mail.canResend ? (
                  <ActionButton action={resend} values={{ id: mail.id }} pending="Queueing">
                    Send again<span className="vh">: {mail.subject}</span>
                  </ActionButton>
                ) : null}
              </td>
              <td className="num soft" data-l="attempts">
                {mail.attempts}
              </td>
              <td className="num soft nowrap" data-l="written">
                {utcDateTime(mail.createdAt)}
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
