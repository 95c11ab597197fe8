import type { Message, Part } from '#lib/site/mail/message.ts';

/** Mails about what is also in the list of notifications. None says a score: a phase may keep it sealed. */

/** @param paragraphs of the announcement, as it was written. */
export function announced({
  challenge,
  title,
  paragraphs,
  url,
}: {
  challenge: string;
  title: string;
  paragraphs: readonly string[];
  url: string;
}): Message {
  return {
    subject: `${challenge}: ${title}`,
    parts: [
      `The organizers of “${challenge}” announce: ${title}`,
      ...paragraphs,
      { label: 'Open the challenge', href: url },
    ],
  };
}

/** A notification of one sentence and where to go. */
export function notified({
  title,
  further = [],
  link,
}: {
  title: string;
  further?: string[];
  link: Part;
}): Message {
  return { subject: title, parts: [`${title}.`, ...further, link] };
}
