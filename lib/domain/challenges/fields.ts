import { z } from 'zod';
import type { Field } from '#lib/domain/phases/fields.ts';
import { addressListSchema, REGISTRATION_MODES } from '#lib/domain/registrations/addresses.ts';
import { questionListSchema, replyListSchema } from '#lib/domain/registrations/questions.ts';
import { MAX_TEAM_MEMBERS } from '#lib/domain/teams/limits.ts';
import { dateLine, keyDateListSchema, linkLine, linkListSchema } from './links.ts';
import { markdownSchema } from './markdown.ts';
import { VISIBILITY_CHOICES, visibilityConsequence, visibilitySchema } from './visibility.ts';

/** What a challenge itself is defined by, without its phases and its slug. */

const challengeTitleSchema = z.string().min(1).max(120);
const challengeTitle: Field<typeof challengeTitleSchema> = {
  schema: challengeTitleSchema,
  label: 'Title',
  words: (value) => value,
  description: 'The name of the challenge on pages.',
  changeable: 'always',
};

const questionSchema = z.string().min(1).max(200);
const question: Field<typeof questionSchema> = {
  schema: questionSchema,
  label: 'Question',
  words: (value) => value,
  description: 'The research question, the heading of the challenge’s page.',
  changeable: 'always',
};

const summarySchema = markdownSchema(8000);
const summary: Field<typeof summarySchema> = {
  schema: summarySchema,
  label: 'Summary',
  words: (value) => value,
  description:
    'What the challenge is about, in Markdown: paragraphs, headings, lists, tables and links; no images.',
  changeable: 'always',
};

const syntheticSchema = z.boolean();
const synthetic: Field<typeof syntheticSchema> = {
  schema: syntheticSchema,
  default: false,
  label: 'Synthetic cases',
  description: 'Pages say beside each score that its cases are synthetic.',
  changeable: 'before the first submission',
};

const citationSchema = z.string().max(4000).nullable();
const citation: Field<typeof citationSchema> = {
  schema: citationSchema,
  default: null,
  label: 'Citation',
  words: (value) => value ?? 'none',
  description: 'How to cite the challenge: a BibTeX entry or a plain reference.',
  changeable: 'always',
};

const maxTeamSizeSchema = z.int().min(1).max(MAX_TEAM_MEMBERS).nullable();
const maxTeamSize: Field<typeof maxTeamSizeSchema> = {
  schema: maxTeamSizeSchema,
  default: null,
  label: 'Members of a team at most',
  words: (value) => (value === null ? 'any number' : String(value)),
  description:
    'Larger teams can’t register; empty for any number. Teams that are registered stay as they are.',
  changeable: 'always',
};

const requiresTwoOrganizersSchema = z.boolean();
const requiresTwoOrganizers: Field<typeof requiresTwoOrganizersSchema> = {
  schema: requiresTwoOrganizersSchema,
  default: false,
  label: 'Two organizers decide about results',
  description:
    'To freeze a ranking or to reveal results, one organizer requests it and another one confirms. Without it, one does both.',
  changeable: 'always',
};

const registrationSchema = z.enum(REGISTRATION_MODES);
const registration: Field<typeof registrationSchema> = {
  schema: registrationSchema,
  default: 'OPEN',
  label: 'Registration',
  choices: {
    OPEN: 'open to everyone',
    APPROVAL: 'organizers decide; teams with only allowed addresses are admitted at once',
    LIST: 'only teams with only allowed addresses',
  },
  description:
    'Who may register: everyone (`OPEN`), whom organizers admit (`APPROVAL`), or who is on the list of allowed addresses (`LIST`).',
  changeable: 'always',
};

const allowedAddresses: Field<typeof addressListSchema> = {
  schema: addressListSchema,
  default: [],
  label: 'Allowed addresses',
  words: (value) => value.join(', ') || 'none',
  description:
    'Addresses, domains, or either with `*`, one per line: `ada@uni.example`, `uni.example`, `*.uni.example`.',
  changeable: 'always',
};

const deniedAddresses: Field<typeof addressListSchema> = {
  schema: addressListSchema,
  default: [],
  label: 'Denied addresses',
  words: (value) => value.join(', ') || 'none',
  description: 'Nobody with one of them registers or joins a registered team. Written as the allowed ones.',
  changeable: 'always',
};

const registrationQuestions: Field<typeof questionListSchema> = {
  schema: questionListSchema,
  default: [],
  label: 'Questions at registration',
  words: (value) => value.map(({ label }) => label).join('; ') || 'none',
  description:
    'JSON: a list of `{"id", "kind", "label"}` with the kind `text`, `choice` (with `options`) or `agreement`. `"isRequired": false` makes a text or a choice optional.',
  changeable: 'always',
};

const registrationReplies: Field<typeof replyListSchema> = {
  schema: replyListSchema,
  default: [],
  label: 'Replies to registrations',
  words: (value) => value.map(({ name }) => name).join('; ') || 'none',
  description:
    'JSON: a list of `{"name", "text"}`, to choose from when organizers decide about registrations.',
  changeable: 'always',
};

const visibility: Field<typeof visibilitySchema> = {
  schema: visibilitySchema,
  default: 'PUBLIC',
  label: 'Visibility',
  choices: VISIBILITY_CHOICES,
  description:
    'Who sees the challenge: its organizers (`DRAFT`), whoever has the link (`UNLISTED`) or everyone (`PUBLIC`). With teams, it can’t be a draft again.',
  changeable: 'always',
  consequence: visibilityConsequence,
};

const links: Field<typeof linkListSchema> = {
  schema: linkListSchema,
  default: [],
  label: 'Links',
  words: (value) => value.map(linkLine).join('; ') || 'none',
  description:
    'Pages elsewhere, such as those of a workshop or the data: `{"url", "label"}` each, with https.',
  changeable: 'always',
};

const dates: Field<typeof keyDateListSchema> = {
  schema: keyDateListSchema,
  default: [],
  label: 'Further dates',
  words: (value) => value.map(dateLine).join('; ') || 'none',
  description: 'Days beyond the phases, such as that of a workshop: `{"date", "label"}` each.',
  changeable: 'always',
};

const termsSchema = markdownSchema(20_000).nullable();
const terms: Field<typeof termsSchema> = {
  schema: termsSchema,
  default: null,
  label: 'Terms',
  words: (value) => value ?? 'none',
  description:
    'What teams accept when they register, in Markdown; `null` for none. A changed text is a new version, which every team accepts before its next submission.',
  changeable: 'always',
  consequence: ({ before, after }) => {
    if (after === null) return 'Nobody is asked to accept terms any more.';
    return before === null
      ? 'Every team is asked to accept them before its next submission.'
      : 'This is a new version: every team is asked to accept it before its next submission.';
  },
};

/** In the order of forms. */
export const CHALLENGE_FIELDS = {
  visibility,
  title: challengeTitle,
  question,
  summary,
  links,
  dates,
  synthetic,
  citation,
  maxTeamSize,
  requiresTwoOrganizers,
  registration,
  allowedAddresses,
  deniedAddresses,
  registrationQuestions,
  registrationReplies,
  terms,
};
