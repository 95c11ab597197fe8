import { z } from 'zod';
import { HOUR_MS } from '#lib/domain/minutes.ts';
import { counted } from '#lib/domain/units.ts';
import { isZone, readZoned, UTC, unknownZone, zonedText, zoneLabel } from '#lib/domain/zones.ts';
import type { Setting } from './setting.ts';

/**
 * What a phase is called, and when it is open: defined like settings, but with columns and texts of their own. Slugs
 * aren't among them, because addresses contain them: they can't change.
 */

export type Field<Schema extends z.ZodType, Of = unknown> = Pick<
  Setting<Schema, Of>,
  'schema' | 'default' | 'label' | 'description' | 'choices' | 'words' | 'changeable' | 'consequence'
>;
type Zoned = { zone: string };

const titleSchema = z.string().min(1).max(80);
const title: Field<typeof titleSchema> = {
  schema: titleSchema,
  label: 'Title',
  words: (value) => value,
  description: 'The name of the phase on pages.',
  changeable: 'always',
};

const zoneSchema = z.string().refine(isZone, { error: ({ input }) => unknownZone(String(input)) });
const zone: Field<typeof zoneSchema> = {
  schema: zoneSchema,
  default: UTC,
  label: 'Time zone',
  words: zoneLabel,
  description:
    'The time zone in which the dates are written and shown, by its IANA name: `Europe/Berlin`, `UTC`, or `Etc/GMT+12` for anywhere on earth (UTC−12).',
  changeable: 'always',
  consequence: () => 'Pages show the dates of the phase in this zone, beside UTC and the reader’s own time.',
};

/** A date in UTC, or a local time with its zone: "2026-02-28T23:59[Etc/GMT+12]". It becomes the date in UTC. */
export const dateSchema = z
  .string()
  .overwrite((text) => {
    const zoned = readZoned(text);
    return zoned && 'at' in zoned ? dateText(zoned.at) : text;
  })
  .superRefine((text, context) => {
    const zoned = readZoned(text);
    if (zoned && 'problem' in zoned) context.addIssue({ code: 'custom', message: zoned.problem });
  })
  .pipe(
    z.iso.datetime().overwrite((text) => (Number.isNaN(Date.parse(text)) ? text : dateText(new Date(text)))),
  );

/** A date of a definition: "2026-03-01T12:00:00Z". Equal dates are equal text. */
export function dateText(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
const opensAt: Field<typeof dateSchema, Zoned> = {
  schema: dateSchema,
  label: 'Opens',
  words: (value, { zone: of }) => zonedText(new Date(value), of),
  description: 'Teams can submit from then on.',
  changeable: 'before the first submission',
  consequence: ({ after }, { now, hasTestSet }) => {
    if (Date.parse(after) > now.getTime()) return null;
    return hasTestSet
      ? 'The phase is open as soon as this is saved.'
      : 'The phase is open as soon as this is saved, but it has no test set yet: nobody can submit before you import one.';
  },
};
const closesAt: Field<typeof dateSchema, Zoned> = {
  schema: dateSchema,
  label: 'Closes',
  words: (value, { zone: of }) => zonedText(new Date(value), of),
  description: 'Teams can submit until then.',
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

const lateUntilSchema = dateSchema.nullable();
const lateUntil: Field<typeof lateUntilSchema, Zoned> = {
  schema: lateUntilSchema,
  default: null,
  label: 'Late submissions until',
  words: (value, { zone: of }) => (value === null ? 'any time' : zonedText(new Date(value), of)),
  description: 'Where late submissions are accepted: until then. Empty for any time.',
  changeable: 'always',
  consequence: ({ after }, { now }) =>
    after !== null && Date.parse(after) <= now.getTime()
      ? 'Late submissions end as soon as this is saved.'
      : null,
};

/** In the order of forms. */
export const PHASE_FIELDS = { title, zone, opensAt, closesAt, lateUntil };
