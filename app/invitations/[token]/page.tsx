import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage, signInAddress } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import type { InvitationView } from '#lib/api/teams/teams.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { counted } from '#lib/domain/units.ts';
import { site } from '#lib/site/site.ts';
import { readInvitation } from '#lib/site/teams/accept-invitation.ts';
import { acceptInvitationAction } from './actions.ts';

/** The address is a secret, so no search engine keeps it and no other site is told of it. */
export const metadata: Metadata = { title: 'Invitation', robots: { index: false }, referrer: 'no-referrer' };

export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const address = `/invitations/${token}`;
  const viewer = await currentViewer();
  const invitation = await readOrProblem(token, address, viewer);
  return (
    <main id="main" className="wrap message-page">
      {typeof invitation === 'string' ? (
        <>
          <h1>This invitation doesn’t work</h1>
          <p className="soft">{invitation}</p>
        </>
      ) : (
        <>
          <h1>Join {invitation.team.name}</h1>
          <p className="soft">
            {invitation.invitedBy ? `${invitation.invitedBy} invites you` : 'You are invited'} to the team{' '}
            <Link href={`/teams/${invitation.team.slug}`}>{invitation.team.name}</Link>, which has{' '}
            {counted(invitation.memberCount, 'member')}. The invitation expires on{' '}
            {utcDate(invitation.expiresAt)}.
          </p>
          <Next invitation={invitation} token={token} signIn={viewer ? null : address} />
        </>
      )}
    </main>
  );
}

/** Why it doesn't work, for an invitation that did once. */
async function readOrProblem(
  token: string,
  address: string,
  viewer: Awaited<ReturnType<typeof currentViewer>>,
): Promise<InvitationView | string> {
  const reading = readInvitation(site(), token, viewer).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'CONFLICT') return error.message;
    throw error;
  });
  return orPage(reading, address);
}

function Next({
  invitation: { team, isMember },
  token,
  signIn,
}: {
  invitation: InvitationView;
  token: string;
  /** Where to come back to; null for readers who are signed in. */
  signIn: string | null;
}) {
  if (signIn) {
    return (
      <>
        <p>You need an account to join.</p>
        <p className="actions">
          <Link className="btn primary" href={signInAddress(signIn)}>
            Sign in
          </Link>
          <Link className="btn" href={`/sign-up?next=${encodeURIComponent(signIn)}`}>
            Sign up
          </Link>
        </p>
      </>
    );
  }
  if (isMember) {
    return (
      <>
        <p>You are a member of this team.</p>
        <p className="actions">
          <Link className="btn" href={`/teams/${team.slug}`}>
            Open the team’s page
          </Link>
        </p>
      </>
    );
  }
  return (
    <>
      <p>
        As a member, you can submit for the team and see all of its submissions. The other members see your
        name; the public sees it only if you agree.
      </p>
      <div className="actions">
        <ActionButton
          action={acceptInvitationAction}
          values={{ token }}
          pending="Joining"
          className="btn primary"
        >
          Join team
        </ActionButton>
      </div>
    </>
  );
}
