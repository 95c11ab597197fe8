import { z } from 'zod';

/**
 * The strata that an organizer gives to the site with a sealed test set, in clear: which anonymous case is in which
 * stratum. The site knows cases by their index alone, which is random; it doesn't learn which scan has it.
 */

const MAX_DIVISIONS = 6;
const MAX_STRATA = 24;

/** Such as "lesion-volume"; part of addresses. */
const divisionNameSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(?:[-_][a-z0-9]+)*$/, 'Lower-case letters and digits, with hyphens between them');

const divisionSchema = z.strictObject({
  of: divisionNameSchema,
  /** Of its strata, in the order in which they are shown. */
  names: z
    .array(
      z
        .string()
        .min(1)
        .max(60)
        .regex(/^[^\p{C}]+$/u, 'No control characters'),
    )
    .min(1)
    .max(MAX_STRATA),
  /** For each case of the test set, in its order, the index of its stratum; null if it is in none. */
  cases: z.array(z.int().min(0).nullable()),
});

/** Divisions of the cases into strata, the most important first. */
export const siteStrataSchema = z
  .array(divisionSchema)
  .max(MAX_DIVISIONS)
  .superRefine((divisions, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message });
    if (new Set(divisions.map(({ of }) => of)).size < divisions.length)
      complain('Two divisions have the same name');
    for (const { of, names, cases } of divisions) {
      if (new Set(names).size < names.length) complain(`${of}: two strata have the same name`);
      if (cases.some((stratum) => stratum !== null && stratum >= names.length))
        complain(`${of}: a case is in a stratum that has no name`);
    }
  });
export type SiteStrata = z.infer<typeof siteStrataSchema>;

/** A stratum of a test set. */
interface SiteStratum {
  /** "lesion-volume-2": in addresses, and unique in the test set. */
  id: string;
  of: string;
  name: string;
  /** Indices in the test set. */
  cases: number[];
}

/** All strata, in the order of their divisions. */
export function listStrata(divisions: SiteStrata): SiteStratum[] {
  return divisions.flatMap(({ of, names, cases }) =>
    names.map((name, place) => ({
      ...{ id: `${of}-${place + 1}`, of, name },
      cases: cases.flatMap((stratum, index) => (stratum === place ? [index] : [])),
    })),
  );
}
