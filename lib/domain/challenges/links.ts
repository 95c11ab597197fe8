import { z } from 'zod';

/** Links and further dates of a challenge. In a form, each is one line. */

const MAX_ENTRIES = 20;
const labelSchema = z.string().trim().min(1, 'Say what it is.').max(120, 'At most 120 characters.');

/** Only secure pages, without a user name: readers trust what an organizer links to. */
const urlSchema = z
  .url({
    protocol: /^https$/,
    hostname: z.regexes.domain,
    error: 'Enter an address that begins with https://',
  })
  .max(500, 'At most 500 characters.')
  .refine((url) => !URL.canParse(url) || new URL(url).username === '', 'Leave out the user name.');

const linkSchema = z.strictObject({ url: urlSchema, label: labelSchema });
export const linkListSchema = z.array(linkSchema).max(MAX_ENTRIES, `At most ${MAX_ENTRIES} links.`);
export type ChallengeLink = z.infer<typeof linkSchema>;

/** A day, such as that of a workshop. The dates of phases aren't among them. */
const keyDateSchema = z.strictObject({
  date: z.iso.date('Enter a day as 2026-10-04.'),
  label: labelSchema,
});
export const keyDateListSchema = z.array(keyDateSchema).max(MAX_ENTRIES, `At most ${MAX_ENTRIES} dates.`);
export type ChallengeDate = z.infer<typeof keyDateSchema>;

export const linkLine = ({ url, label }: ChallengeLink): string => `${url} ${label}`;
export const dateLine = ({ date, label }: ChallengeDate): string => `${date} ${label}`;

/** What stands before the first space of a line, and what after it. Nothing is judged here. */
export function readLinkLine(line: string): ChallengeLink {
  const [url, label] = splitLine(line);
  return { url, label };
}

export function readDateLine(line: string): ChallengeDate {
  const [date, label] = splitLine(line);
  return { date, label };
}

function splitLine(line: string): [first: string, rest: string] {
  const end = line.search(/\s/);
  return end === -1 ? [line, ''] : [line.slice(0, end), line.slice(end).trim()];
}
