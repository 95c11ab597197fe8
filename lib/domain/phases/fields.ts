import { z } from 'zod';
import { utcText } from '#lib/domain/minutes.ts';
import { addressListSchema, REGISTRATION_MODES } from '#lib/domain/registrations/addresses.ts';
import { questionListSchema, replyListSchema } from '#lib/domain/registrations/questions.ts';
import { MAX_TEAM_MEMBERS } from '#lib/domain/teams/limits.ts';
import { counted } from '#lib/domain/units.ts';
import type { Setting } from './setting.ts';

/**
 * What a challenge and its phases are called, and when a phase is open: defined like settings, but with columns and
 * texts of their own. Slugs aren't among them, because addresses contain them: they can't change.
 */

type Field<Schema extends z.ZodType> = Pick<
  Setting<Schema, unknown>,
  'schema' | 'default' | 'label' | 'description' | 'choices' | 'words' | 'changeable' | 'consequence'
>;

const HOUR_MS = 3_600_000;

const titleSchema = z.string().min(1).max(80);
const title: Field<typeof titleSchema> = {
  schema: titleSchema,
  label: 'Title',
  words: (value) => value,
  description: 'The name of the phase on pages.',
  changeable: 'always',
};

export const dateSchema = z.iso
  .datetime()
  .overwrite((text) => (Number.isNaN(Date.parse(text)) ? text : dateText(new Date(text))));

/** A date of a definition: "2026-03-01T12:00:00Z". Equal dates are equal text. */
export function dateText(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
const opensAt: Field<typeof dateSchema> = {
  schema: dateSchema,
  label: 'Opens',
  words: (value) => utcText(new Date(value)),
  description: 'Teams can submit from then on (UTC).',
  changeable: 'before the first submission',
  consequence: ({ after }, { now, hasTestSet }) => {
    if (Date.parse(after) > now.getTime()) return null;
    return hasTestSet
      ? 'The phase is open as soon as this is saved.'
      : 'The phase is open as soon as this is saved, but it has no test set yet: nobody can submit before you import one.';
  },
};
const closesAt: Field<typeof dateSchema> = {
  schema: dateSchema,
  label: 'Closes',
  words: (value) => utcText(new Date(value)),
  description: 'Teams can submit until then (UTC).',
  changeable: 'always',
  consequence({ before, after }, { now, unfinished }) {
    if (Date.parse(after) <= now.getTime()) {
      const running =
        unfinished === 0
          ? ''
          : ` ${counted(unfinished, 'evaluation that is', 'evaluations that are')} waiting or running still ${unfinished === 1 ? 'ends and counts' : 'end and count'}.`;
      return `The phase is closed as soon as this is saved: no team can submit any more.${running}`;
    }
    const hours = Math.round((Date.parse(after) - Date.parse(before)) / HOUR_MS);
    if (hours === 0) return null;
    const amount =
      Math.abs(hours) < 48
        ? counted(Math.abs(hours), 'hour')
        : counted(Math.round(Math.abs(hours) / 24), 'day');
    const reopens = Date.parse(before) <= now.getTime() ? ' The phase, which has closed, is open again.' : '';
    return hours > 0
      ? `Teams have ${amount} more.${reopens}`
      : `Teams have ${amount} less. Tell them: they may have planned for the old date.`;
  },
};

/** In the order of forms. */
export const PHASE_FIELDS = { title, opensAt, closesAt };

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

const summarySchema = z.string().min(1).max(8000);
const summary: Field<typeof summarySchema> = {
  schema: summarySchema,
  label: 'Summary',
  words: (value) => value,
  description: 'Paragraphs, separated by empty lines.',
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

export const CHALLENGE_FIELDS = {
  title: challengeTitle,
  question,
  summary,
  synthetic,
  citation,
  maxTeamSize,
  registration,
  allowedAddresses,
  deniedAddresses,
  registrationQuestions,
  registrationReplies,
};
