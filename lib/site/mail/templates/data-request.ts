import type { Message } from '#lib/site/mail/message.ts';

/** Mails about requests for data. A key or the data itself is never in them. */

interface About {
  /** Titles. */
  dataset: string;
  challenge: string;
  url: string;
}

type PersonStep = 'submit' | 'ask' | 'approve' | 'decline' | 'revoke';

const TO_PERSON: Record<PersonStep, { subject(dataset: string): string; first: string; link: string }> = {
  submit: {
    subject: (dataset) => `Your request for “${dataset}” was sent`,
    first: 'The organizers have your request. You get a mail when they ask something or have decided.',
    link: 'See your request',
  },
  ask: {
    subject: (dataset) => `A question about your request for “${dataset}”`,
    first: 'The organizers need something from you before they decide.',
    link: 'Answer',
  },
  approve: {
    subject: (dataset) => `Your request for “${dataset}” was approved`,
    first: 'You can download the data now, signed in with this account.',
    link: 'See your access',
  },
  decline: {
    subject: (dataset) => `Your request for “${dataset}” was declined`,
    first: 'The organizers have declined your request. You can send another one.',
    link: 'See the decision',
  },
  revoke: {
    subject: (dataset) => `Your access to “${dataset}” was revoked`,
    first: 'The organizers have ended your access. Downloads of this data stop at once.',
    link: 'See your request',
  },
};

/** To somebody who has asked for data. `text` is what the organizers wrote, empty for nothing. */
export function requestForPerson({
  dataset,
  challenge,
  step,
  text,
  url,
}: About & { step: PersonStep; text: string }): Message {
  const { subject, first, link } = TO_PERSON[step];
  return {
    subject: subject(dataset),
    parts: [
      `${first} The data belongs to “${challenge}”.`,
      ...(text ? ['They write:', ...text.split(/\n{2,}/)] : []),
      { label: link, href: url },
    ],
  };
}

/** To somebody with access, about a release that came out. `newTerms`: they have to sign its terms first. */
export function newRelease({
  dataset,
  challenge,
  version,
  newTerms,
  url,
}: About & { version: string; newTerms: boolean }): Message {
  return {
    subject: `“${dataset}” ${version} is released${newTerms ? ' under new terms' : ''}`,
    parts: [
      `A new release of “${dataset}”, the data of “${challenge}”, is out: ${version}. Your access covers it.`,
      ...(newTerms
        ? ['It comes under new terms. Read and sign them once, and you can download it.']
        : ['The terms are those that you have signed.']),
      { label: newTerms ? 'Read and sign the terms' : 'See the release', href: url },
    ],
  };
}

const TO_ORGANIZERS = {
  submit: (name: string, dataset: string) => `${name} asks for “${dataset}”`,
  answer: (name: string, dataset: string) => `${name} answered about their request for “${dataset}”`,
  withdraw: (name: string, dataset: string) => `${name} withdrew their request for “${dataset}”`,
};

/** To the organizers who can decide. What the person wrote stays on the site. */
export function requestForOrganizers({
  dataset,
  challenge,
  name,
  step,
  url,
}: About & { name: string; step: keyof typeof TO_ORGANIZERS }): Message {
  const subject = TO_ORGANIZERS[step](name, dataset);
  return {
    subject,
    parts: [
      `${subject}, the data of “${challenge}”.`,
      { label: step === 'withdraw' ? 'See the requests' : 'Decide about the request', href: url },
    ],
  };
}
