import type { Metadata } from 'next';
import Link from 'next/link';
import { cache } from 'react';
import { keyField } from '#app/form-key.ts';
import { orPage, signInAddress } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { utcDate } from '#components/format/time.ts';
import { TombstoneTable } from '#components/rankings/tombstone-table.tsx';
import { JoinSection } from '#components/team/join-section.tsx';
import { MemberProfile } from '#components/team/member-profile.tsx';
import { ResultTable } from '#components/team/result-table.tsx';
import { TeamTimeline } from '#components/team/timeline.tsx';
import type { TeamView } from '#lib/api/teams/teams.ts';
import { counted } from '#lib/domain/units.ts';
import { site } from '#lib/site/site.ts';
import { readOwnRequest } from '#lib/site/teams/join-requests.ts';
import { teamView } from '#lib/site/teams/team-view.ts';
import { askToJoinAction, decideJoinRequestAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

const readTeam = cache(async (slug: string) =>
  orPage(teamView(site(), slug, await currentViewer()), `/teams/${slug}`),
);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await readTeam((await params).slug)).name };
}

export default async function TeamPage({ params }: Props) {
  const { slug } = await params;
  const team = await readTeam(slug);
  const viewer = await currentViewer();
  const own = viewer?.teams.find((one) => one.slug === slug);
  const request = viewer && !own ? await readOwnRequest(site(), slug, viewer) : null;
  return (
    <main id="main" className="wrap page-top">
      <div className="head">
        <h1>{team.name}</h1>
        {own ? (
          <p className="stamp">
            You are {own.role === 'OWNER' ? 'the owner' : 'a member'} ·{' '}
            <Link href={`/teams/${slug}/manage`}>Manage team</Link>
          </p>
        ) : null}
      </div>
      <p className="soft">
        Team <span className="mono">{slug}</span>, created on {utcDate(team.createdAt)}
      </p>
      <End team={team} />
      <div className="cols">
        <div className="stack">
          <div>
            <ResultTable team={team} />
            <TombstoneTable
              tombstones={team.tombstones.map((tombstone) => ({
                ...tombstone,
                teamSlug: slug,
                teamName: team.name,
              }))}
              caption={
                <>
                  <b>Withdrawn and excluded.</b> The scores of these submissions don’t count.
                </>
              }
            />
          </div>
          <TeamTimeline events={team.timeline} />
        </div>
        <aside className="side" aria-label="People">
          {team.dissolvedAt ? null : <Members team={team} />}
          {team.dissolvedAt || own ? null : (
            <JoinSection
              team={slug}
              request={request}
              signInHref={viewer ? null : signInAddress(`/teams/${slug}`)}
              keyField={await keyField()}
              ask={askToJoinAction}
              decide={decideJoinRequestAction}
            />
          )}
        </aside>
      </div>
    </main>
  );
}

/** Of a team that exists no more: since when, and where its members went. */
function End({ team }: { team: TeamView }) {
  if (!team.dissolvedAt) return null;
  const on = utcDate(team.dissolvedAt);
  return (
    <p className="done-note narrow-text">
      {team.mergedInto ? (
        <>
          This team merged into <Link href={`/teams/${team.mergedInto.slug}`}>{team.mergedInto.name}</Link> on{' '}
          {on}. Its results of phases that were closed then stay here.
        </>
      ) : (
        <>This team was dissolved on {on}. Its results stay.</>
      )}
    </p>
  );
}

function Members({ team: { members, memberCount } }: { team: TeamView }) {
  const hidden = memberCount - members.length;
  return (
    <section aria-labelledby="members">
      <h2 id="members">{counted(memberCount, 'member')}</h2>
      <ul className="facts">
        {members.map((member, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: members may have the same name
          <li key={index}>
            <MemberProfile member={member} />
          </li>
        ))}
        {hidden > 0 ? (
          <li className="muted">
            {members.length > 0
              ? `${hidden} more who ${hidden === 1 ? 'isn’t' : 'aren’t'} shown`
              : 'Not shown'}
          </li>
        ) : null}
      </ul>
    </section>
  );
}
