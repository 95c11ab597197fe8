import { z } from 'zod';

/** What a phase may ask of a submission besides its archives: a comment, and links to the code and the paper. */

const MAX_COMMENT_LENGTH = 2000;
const MAX_URL_LENGTH = 500;

const commentSchema = z.string().trim().min(1).max(MAX_COMMENT_LENGTH);
/** Only the web: a link with another scheme could run a script. */
const urlSchema = z
  .url({ protocol: /^https?$/, error: 'must be a web address, as in "https://example.org/code"' })
  .max(MAX_URL_LENGTH);

export const REMARKS = {
  comment: {
    asked: 'asksComment',
    schema: commentSchema,
    label: 'Comment',
    hint: 'For your team and the organizers.',
  },
  codeUrl: {
    asked: 'asksCode',
    schema: urlSchema,
    label: 'Link to the code',
    hint: 'Public once the submission has a score.',
  },
  paperUrl: {
    asked: 'asksPaper',
    schema: urlSchema,
    label: 'Link to the paper',
    hint: 'Public once the submission has a score.',
  },
} as const;
export type RemarkName = keyof typeof REMARKS;
export const REMARK_NAMES = Object.keys(REMARKS) as RemarkName[];

export type Remarks = Record<RemarkName, string | null>;
export type Asking = 'OFF' | 'OPTIONAL' | 'REQUIRED';
export type AskingRules = Record<(typeof REMARKS)[RemarkName]['asked'], Asking>;

/** What is missing or not taken, by field; empty if a submission gives what the phase asks for. */
export function remarkProblems(rules: AskingRules, remarks: Remarks): Partial<Record<RemarkName, string>> {
  const problems = REMARK_NAMES.flatMap((name): [RemarkName, string][] => {
    const { asked, label } = REMARKS[name];
    const isGiven = remarks[name] !== null;
    if (rules[asked] === 'REQUIRED' && !isGiven) return [[name, `This phase asks for it: ${label}.`]];
    return rules[asked] === 'OFF' && isGiven ? [[name, 'This phase doesn’t take it: leave it out.']] : [];
  });
  return Object.fromEntries(problems);
}
