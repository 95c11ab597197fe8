import { utcDateTime } from '#components/format/time.ts';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { ExceptionsView } from '#lib/api/pages/organizer/exceptions.ts';
import { zoneLabel } from '#lib/domain/zones.ts';

/** What single teams were granted in a phase, with a form to grant more. */
export function Exceptions({
  view: { exceptions, zone },
  place,
  grant,
  revoke,
}: {
  view: ExceptionsView;
  /** Hidden fields that say which phase. */
  place: Readonly<Record<string, string>>;
  /** Without it, the viewer only reads. */
  grant: FormAction | null;
  revoke: (form: FormData) => Promise<void>;
}) {
  return (
    <>
      <h2>Exceptions for single teams</h2>
      {exceptions.length === 0 ? (
        <p className="soft">
          None. A team that lost time by no fault of its own can get a later date or more submissions.
        </p>
      ) : (
        <table className="plain stackable">
          <thead>
            <tr>
              <th scope="col">Team</th>
              <th scope="col">Granted</th>
              <th scope="col">Reason</th>
              <th scope="col">By</th>
              <th scope="col">
                <span className="vh">Take back</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {exceptions.map(({ teamSlug, teamName, text, reason, grantedBy, at }) => (
              <tr key={teamSlug}>
                <th scope="row" className="anywhere">
                  {teamName} <span className="unit mono">{teamSlug}</span>
                </th>
                <td>{text}</td>
                <td className="anywhere">{reason}</td>
                <td>
                  {grantedBy}
                  <span className="unit">{utcDateTime(at)}</span>
                </td>
                <td>
                  {grant === null ? null : (
                    <form action={revoke}>
                      <Hidden fields={{ ...place, team: teamSlug }} />
                      <SubmitButton pending="Taking back" className="btn bad">
                        Take back<span className="vh"> from {teamName}</span>
                      </SubmitButton>
                    </form>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {grant === null ? null : (
        <ActionForm action={grant} fields={fieldsFor({ ...place, zone })} submit="Grant" pending="Granting" />
      )}
    </>
  );
}

function Hidden({ fields }: { fields: Readonly<Record<string, string>> }) {
  return Object.entries(fields).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={value} />
  ));
}

function fieldsFor(place: Readonly<Record<string, string>> & { zone: string }): FieldSpec[] {
  return [
    ...Object.entries(place).map(([name, value]): FieldSpec => ({ name, label: '', type: 'hidden', value })),
    {
      name: 'team',
      label: 'Team',
      type: 'text',
      hint: 'Its name in addresses, as in “deep-water”. It must be registered.',
    },
    {
      ...{
        name: 'closesAt',
        label: `Closes (${zoneLabel(place.zone)})`,
        type: 'datetime-local',
        isOptional: true,
      },
      hint: 'A later closing date for this team; empty for that of the phase.',
    },
    { name: 'moreTotal', label: 'More submissions in total', type: 'number', value: '0', range: [0, 1000] },
    { name: 'morePerDay', label: 'More submissions per day', type: 'number', value: '0', range: [0, 1000] },
    {
      name: 'reason',
      label: 'Reason',
      type: 'text',
      maxLength: 500,
      hint: 'In the audit trail; organizers see it.',
    },
  ];
}
