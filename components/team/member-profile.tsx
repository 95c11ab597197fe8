import type { ShownMember } from '#lib/api/teams/teams.ts';
import { countryName } from '#lib/domain/accounts/countries.ts';

/** A member who agrees to be shown: name, and where they work if their profile says so. */
export function MemberProfile({ member }: { member: ShownMember }) {
  const { name, role, affiliation, country, orcid } = member;
  const where = [affiliation, country === null ? null : countryName(country)].filter((part) => part !== null);
  return (
    <>
      {name}
      {role === 'OWNER' ? <span className="muted">, owner</span> : null}
      {where.length > 0 ? <span className="unit lines">{where.join(', ')}</span> : null}
      {orcid === null ? null : (
        <span className="unit">
          <a href={`https://orcid.org/${orcid}`} rel="noopener noreferrer nofollow ugc">
            ORCID {orcid}
          </a>
        </span>
      )}
    </>
  );
}
