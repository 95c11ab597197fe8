import type { Metadata } from 'next';
import Link from 'next/link';
import { keyField } from '#app/form-key.ts';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EndSection } from '#components/team/end-section.tsx';
import { InvitationSection } from '#components/team/invitation-section.tsx';
import { MemberTable } from '#components/team/member-table.tsx';
import { MergeSection } from '#components/team/merge-section.tsx';
import { RequestList } from '#components/team/request-list.tsx';
import type { TeamManagement } from '#lib/api/teams/teams.ts';
import { counted } from '#lib/domain/units.ts';
import { site } from '#lib/site/site.ts';
import { manageTeam } from '#lib/site/teams/team-management.ts';
import {
  decideJoinRequestAction,
  decideMergeAction,
  dissolveTeamAction,
  handOverTeamAction,
  inviteByLinkAction,
  inviteByMailAction,
  leaveTeamAction,
  removeMemberAction,
  requestMergeAction,
  revokeInvitationAction,
  showMembershipAction,
} from '../actions.ts';

export const metadata: Metadata = { title: 'Manage team' };

export default async function ManageTeamPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const team = await orPage(manageTeam(site(), slug, await currentViewer()), `/teams/${slug}/manage`);
  return (
    <main id="main" className="wrap page-top">
      <div className="head">
        <h1>{team.name}</h1>
        <p className="stamp">
          visible to members · <Link href={`/teams/${slug}`}>public page</Link>
        </p>
      </div>
      {team.requests.length > 0 ? (
        <section className="console-section" aria-labelledby="requests">
          <h2 id="requests">{counted(team.requests.length, 'person asks', 'people ask')} to join</h2>
          <RequestList team={team} decide={decideJoinRequestAction} />
        </section>
      ) : null}
      <section className="console-section" aria-label="Members">
        <MemberTable
          team={team}
          actions={{ show: showMembershipAction, handOver: handOverTeamAction, remove: removeMemberAction }}
        />
        <Sizes team={team} />
      </section>
      {team.role === 'OWNER' ? (
        <>
          <InvitationSection
            team={team}
            keys={[await keyField(), await keyField()]}
            actions={{
              byLink: inviteByLinkAction,
              byMail: inviteByMailAction,
              revoke: revokeInvitationAction,
            }}
          />
          <MergeSection
            team={team}
            keyField={await keyField()}
            ask={requestMergeAction}
            decide={decideMergeAction}
          />
        </>
      ) : null}
      <EndSection team={team} leave={leaveTeamAction} dissolve={dissolveTeamAction} />
    </main>
  );
}

/** The challenges that limit the size of the team. */
function Sizes({ team: { challenges } }: { team: TeamManagement }) {
  const limited = challenges.filter(({ maxTeamSize }) => maxTeamSize !== null);
  if (limited.length === 0) return null;
  return (
    <p className="soft after-form">
      {limited.map(({ slug, title, maxTeamSize }) => (
        <span key={slug}>
          Teams in <Link href={`/challenges/${slug}`}>{title}</Link> have at most{' '}
          {counted(maxTeamSize!, 'member')}.{' '}
        </span>
      ))}
    </p>
  );
}
