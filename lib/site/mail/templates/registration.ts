import type { Message } from '#lib/site/mail/message.ts';

/** To the members of a team about whose registration organizers have decided. */
export function registrationDecided({
  team,
  challenge,
  isApproved,
  reason,
  url,
}: {
  team: string;
  challenge: string;
  isApproved: boolean;
  reason: string;
  url: string;
}): Message {
  return {
    subject: isApproved
      ? `${team} is registered for ${challenge}`
      : `The registration of ${team} for ${challenge} was declined`,
    parts: [
      isApproved
        ? `The organizers of “${challenge}” have approved the registration of your team “${team}”. You can submit now.`
        : `The organizers of “${challenge}” have declined the registration of your team “${team}”.`,
      ...(reason ? ['They write:', ...reason.split('\n\n')] : []),
      { label: isApproved ? 'Submit' : 'See where your team stands', href: url },
    ],
  };
}
