/** The details that the harness passes to the tests. */
export interface Served {
  url: string;
  /** An example algorithm's archive: 130 MB, of which 100 are a program that most tests don't need. */
  exampleImage: string;
  /** The archive of a shell script, which is uploaded and loaded at once. */
  smallImage: string;
  home: string;
  /** The database, for states that a test can't create through the site. */
  ownerUrl: string;
  /** The same with the site's login. */
  siteUrl: string;
}

export const ORGANIZER = {
  name: 'Olga Organizer',
  email: 'olga@heldout.example',
  password: 'organizes-the-tests',
};

export const FIRST_TEAM = {
  person: { name: 'Chiara Voss', email: 'chiara@heldout.example', password: 'nothing-to-see-here' },
  team: 'Null Hypothesis',
};

/** Where containers leave their mask. */
export const MASK_FOLDER = '/output/images/stroke-lesion-segmentation';

export const CHALLENGE = 'small-lesions';

/** Days from now, negative for the past. */
export const PHASES = [
  { slug: 'past', title: 'Past round', kind: 'OPEN', opens: -20, closes: -10, cases: 1 },
  { slug: 'rehearsal', title: 'Rehearsal', kind: 'OPEN', opens: -1, closes: 20, cases: 2 },
  // Shows teams the scores of single cases.
  { slug: 'test', title: 'Hidden test', kind: 'HIDDEN', opens: -1, closes: 20, cases: 5 },
] as const;

/** As set by test/support/browser/global-setup.ts. */
export function served(): Served {
  const text = process.env['HELDOUT_E2E'];
  if (!text) throw new Error('test/support/browser/global-setup.ts did not run');
  return JSON.parse(text) as Served;
}
