import { ActionForm } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { AccountView } from '#lib/api/pages/account.ts';
import { COUNTRIES } from '#lib/domain/accounts/countries.ts';

const COUNTRY_OPTIONS = [
  { value: '', label: 'Not given' },
  ...COUNTRIES.map(({ code, name }) => ({ value: code, label: name })),
];

/** What somebody says about themselves. Only the name is required. */
export function ProfileSection({
  account: { name, affiliation, country, orcid },
  changeProfile,
}: {
  account: AccountView;
  changeProfile: FormAction;
}) {
  return (
    <section aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      <p className="soft">
        Your team and the organizers see your name. The rest is optional; the page of a team shows it if you
        agree there.
      </p>
      <ActionForm
        action={changeProfile}
        fields={[
          { name: 'name', label: 'Name', type: 'text', autoComplete: 'name', value: name, maxLength: 80 },
          {
            name: 'affiliation',
            label: 'Affiliation',
            type: 'text',
            autoComplete: 'organization',
            value: affiliation ?? '',
            maxLength: 120,
            isOptional: true,
          },
          {
            name: 'country',
            label: 'Country',
            type: 'select',
            options: COUNTRY_OPTIONS,
            value: country ?? '',
            isOptional: true,
          },
          {
            name: 'orcid',
            label: 'ORCID iD',
            type: 'text',
            autoComplete: 'off',
            value: orcid ?? '',
            maxLength: 60,
            isOptional: true,
          },
        ]}
        submit="Save profile"
        pending="Saving"
      />
    </section>
  );
}
