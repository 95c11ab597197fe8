import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import { definitionOf, versionOf } from '#lib/site/challenges/definition.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Place, Stage } from './stage.ts';

/** A new challenge of the organizers, with its definition as it is stored. */
export async function definedPlace({
  newPlace,
  database,
}: Stage): Promise<Place & { definition: ChallengeDefinition; version: string }> {
  const place = await newPlace();
  const definition = definitionOf(await findChallenge({ db: database.site }, place.slug, null));
  return { ...place, definition, version: versionOf(definition) };
}
