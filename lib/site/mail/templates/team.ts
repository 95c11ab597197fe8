import type { Message } from '#lib/site/mail/message.ts';

/** Mails about teams. Whoever gets the first one may never have heard of this site. */

export function invitedToTeam({
  team,
  by,
  days,
  url,
}: {
  team: string;
  by: string;
  days: number;
  url: string;
}): Message {
  return {
    subject: `Invitation to the team ${team}`,
    parts: [
      `${by} invites you to join the team “${team}” on Heldout, a site for benchmarks of algorithms on hidden medical images.`,
      { label: 'Open the invitation', href: url },
      `The link works once, within ${days === 1 ? 'one day' : `${days} days`}. If you don’t know them, there is nothing to do.`,
    ],
  };
}

export function askedToJoin({
  team,
  by,
  message,
  url,
}: {
  team: string;
  by: string;
  message: string;
  url: string;
}): Message {
  return {
    subject: `${by} asks to join ${team}`,
    parts: [`${by} asks to join your team “${team}”, and writes:`, message, { label: 'Answer', href: url }],
  };
}

export function requestDecided({
  team,
  isAccepted,
  reason,
  url,
}: {
  team: string;
  isAccepted: boolean;
  reason: string;
  url: string;
}): Message {
  return {
    subject: isAccepted ? `You are a member of ${team}` : `Your request to join ${team} was declined`,
    parts: [
      isAccepted
        ? `The owner of the team “${team}” has accepted your request. You can submit for the team now.`
        : `The owner of the team “${team}” has declined your request to join.`,
      ...(reason ? ['They write:', reason] : []),
      { label: 'Open the team’s page', href: url },
    ],
  };
}

export function removedFromTeam({ team, url }: { team: string; url: string }): Message {
  return {
    subject: `You are no longer a member of ${team}`,
    parts: [
      `The owner of the team “${team}” has removed you from it. You can no longer see its submissions; those that you sent stay the team’s.`,
      { label: 'Open the team’s page', href: url },
    ],
  };
}

export function teamHandedOver({ team, by, url }: { team: string; by: string; url: string }): Message {
  return {
    subject: `You own the team ${team} now`,
    parts: [
      `${by} has made you the owner of the team “${team}”: you invite and remove its members.`,
      { label: 'Manage the team', href: url },
    ],
  };
}

export function teamDissolved({ team, by, url }: { team: string; by: string; url: string }): Message {
  return {
    subject: `The team ${team} was dissolved`,
    parts: [
      `${by} has dissolved the team “${team}”, of which you were a member. Its published results stay; what was queued or running was cancelled.`,
      { label: 'Open the team’s page', href: url },
    ],
  };
}

export function mergeAsked({
  from,
  into,
  by,
  url,
}: {
  from: string;
  into: string;
  by: string;
  url: string;
}): Message {
  return {
    subject: `${from} asks to merge into ${into}`,
    parts: [
      `${by}, the owner of the team “${from}”, asks to merge it into your team “${into}”. Before you accept, read what that means for quotas and submissions:`,
      { label: 'Answer', href: url },
    ],
  };
}

export function teamsMerged({ from, into, url }: { from: string; into: string; url: string }): Message {
  return {
    subject: `${from} has merged into ${into}`,
    parts: [
      `The teams “${from}” and “${into}” have merged. You are a member of “${into}” now, with all members and submissions of both. The quota that both have used adds up.`,
      { label: 'Open the team’s page', href: url },
    ],
  };
}

export function mergeDeclined({ from, into, url }: { from: string; into: string; url: string }): Message {
  return {
    subject: `${into} doesn’t merge with ${from}`,
    parts: [
      `The owner of the team “${into}” has declined to merge with your team “${from}”. Nothing has changed.`,
      { label: 'Open your team’s page', href: url },
    ],
  };
}
