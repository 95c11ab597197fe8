'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { keyOf } from '#app/form-key.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { type Site, site } from '#lib/site/site.ts';
import { handOverTeam, leaveTeam, removeMember, showMembership } from '#lib/site/teams/change-members.ts';
import { createInvitation, revokeInvitation } from '#lib/site/teams/create-invitation.ts';
import { dissolveTeam } from '#lib/site/teams/dissolve-team.ts';
import { askToJoin, decideJoinRequest } from '#lib/site/teams/join-requests.ts';
import { decideMerge, requestMerge } from '#lib/site/teams/merge-requests.ts';

/** What a form changes: the site, the team's slug, and who sends it. Returns a sentence that says what was done. */
type Change = (here: Site, team: string, viewer: Viewer | null) => Promise<string | null>;

/** Changes a team and shows its pages again, or says why not. */
async function change(form: FormData, work: Change): Promise<FormState> {
  const team = textOf(form, 'team');
  let done: string | null;
  try {
    done = await work(site(), team, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  // Pages of the old and the new state, for all members.
  revalidatePath(`/teams/${team}`, 'layout');
  return { ...EMPTY_FORM, done };
}

export async function inviteByLinkAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    const input = { maxUses: numberOf(form, 'maxUses'), days: numberOf(form, 'days') };
    await createInvitation(here, team, input, viewer, keyOf(form));
    return 'Link created. Copy it from the list and send it to the people who should join.';
  });
}

export async function inviteByMailAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    const { email } = await createInvitation(
      here,
      team,
      { email: textOf(form, 'email') },
      viewer,
      keyOf(form),
    );
    return `Invitation sent to ${email}. Without a mail server, send them the link from the list.`;
  });
}

/** What isn't a number is passed on as it was typed, so that the use case says what is wrong. */
function numberOf(form: FormData, name: string): number | string {
  const text = textOf(form, name).trim();
  return /^\d+$/.test(text) ? Number(text) : text;
}

export async function revokeInvitationAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    await revokeInvitation(here, team, textOf(form, 'invitation'), viewer);
    return null;
  });
}

export async function askToJoinAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    await askToJoin(here, team, { message: textOf(form, 'message') }, viewer, keyOf(form));
    return null;
  });
}

export async function decideJoinRequestAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    const input = { decision: textOf(form, 'decision'), reason: textOf(form, 'reason') };
    await decideJoinRequest(here, { team, id: textOf(form, 'request') }, input, viewer);
    return null;
  });
}

export async function removeMemberAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    await removeMember(here, { team, member: textOf(form, 'member') }, viewer);
    return null;
  });
}

export async function handOverTeamAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    await handOverTeam(here, team, { member: textOf(form, 'member') }, viewer);
    return null;
  });
}

export async function showMembershipAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    await showMembership(here, team, { isShown: textOf(form, 'isShown') === 'true' }, viewer);
    return null;
  });
}

export async function requestMergeAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    await requestMerge(here, team, { into: textOf(form, 'into') }, viewer, keyOf(form));
    return null;
  });
}

export async function decideMergeAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, async (here, team, viewer) => {
    const input = { decision: textOf(form, 'decision') };
    await decideMerge(here, { team, id: textOf(form, 'merge') }, input, viewer);
    return null;
  });
}

export async function leaveTeamAction(_state: FormState, form: FormData): Promise<FormState> {
  return orTeamPage(form, (here, team, viewer) => leaveTeam(here, team, viewer));
}

export async function dissolveTeamAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { name: textOf(form, 'name') };
  return orTeamPage(form, (here, team, viewer) => dissolveTeam(here, team, input, viewer));
}

/** For what ends the sender's membership: shows the public page afterwards. */
async function orTeamPage(
  form: FormData,
  work: (here: Site, team: string, viewer: Viewer | null) => Promise<unknown>,
): Promise<FormState> {
  const team = textOf(form, 'team');
  const state = await change(form, async (...of) => {
    // A form that was sent twice: they are no member any more, as they wanted.
    await work(...of).catch((error: unknown) => {
      if (!(error instanceof DomainError && error.code === 'FORBIDDEN')) throw error;
    });
    return null;
  });
  if (state.refusal === null) redirect(`/teams/${team}`);
  return state;
}
