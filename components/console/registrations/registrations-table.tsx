import { utcDate } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { RegistrationEntry } from '#lib/api/registrations.ts';

const STATES = { PENDING: 'waits', APPROVED: 'approved', DECLINED: 'declined' } as const;

/** Teams that have registered, each with a checkbox for the form around the table. */
export function RegistrationsTable({ registrations }: { registrations: readonly RegistrationEntry[] }) {
  return (
    <table className="plain stackable top">
      <caption>
        <b>Registrations</b>, newest first. Addresses are visible to organizers only.
      </caption>
      <thead>
        <tr>
          <th scope="col">Team</th>
          <th scope="col">Members</th>
          <th scope="col">Answers</th>
          <th scope="col">State</th>
          <th scope="col">Group</th>
          <th scope="col" className="num">
            Submissions
          </th>
          <th scope="col" className="num">
            Registered
          </th>
        </tr>
      </thead>
      <tbody>
        {registrations.length === 0 ? (
          <tr className="nothing">
            <td colSpan={7}>No registrations here.</td>
          </tr>
        ) : (
          registrations.map((entry) => <Row key={entry.id} entry={entry} />)
        )}
      </tbody>
    </table>
  );
}

function Row({ entry }: { entry: RegistrationEntry }) {
  const { team, members, answers, state, reason, group, submissions, terms, createdAt } = entry;
  const id = `select-${team.slug}`;
  return (
    <tr>
      <th scope="row" className="anywhere">
        <input type="checkbox" id={id} name="team" value={team.slug} />{' '}
        <label htmlFor={id}>
          <span className="vh">Select </span>
          {team.name}
        </label>{' '}
        <PlainLink className="quiet small" href={`/teams/${team.slug}`}>
          page<span className="vh"> of {team.name}</span>
        </PlainLink>
      </th>
      <td className="soft anywhere" data-l="members">
        {members.map(({ name, email }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: members may have the same name
          <span className="unit" key={index}>
            {name}
            {email ? `, ${email}` : ''}
          </span>
        ))}
      </td>
      <td className="soft anywhere">
        {answers.map(({ id: question, label, answer }) => (
          <span className="unit" key={question}>
            {label}: {answer}
          </span>
        ))}
        {terms ? (
          <span className="unit lines">
            Terms, version {terms.version}: accepted by {terms.by} on {utcDate(terms.at)}
          </span>
        ) : null}
      </td>
      <td className={state === 'DECLINED' ? 'state-bad' : undefined}>
        {STATES[state]}
        {reason ? <span className="unit lines">{reason}</span> : null}
      </td>
      <td className="soft" data-l="group">
        {group}
      </td>
      <td className="num soft" data-l="submissions">
        {submissions}
      </td>
      <td className="num soft nowrap" data-l="registered">
        {utcDate(createdAt)}
      </td>
    </tr>
  );
}
