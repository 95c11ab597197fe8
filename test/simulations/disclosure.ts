import { attackTable } from '#test/support/disclosure/attacks.ts';

/**
 * Lets a team guess at the hidden cases with 1,000 submissions under each rule of disclosure, and prints by how many
 * standard errors its entry is above chance at the end. Takes about a minute.
 *
 *   npm run simulate:disclosure
 */
process.stdout.write(attackTable());
