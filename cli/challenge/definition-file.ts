import { stringify } from 'yaml';
import { isYaml } from '#cli/read-object.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';

/** A challenge as a file: YAML if its name ends with .yaml or .yml, else JSON. */

export type DefinitionFormat = 'yaml' | 'json';

/** The format of a file by its name. */
export function formatOf(file: string): DefinitionFormat {
  return isYaml(file) ? 'yaml' : 'json';
}

export function definitionText(definition: ChallengeDefinition, format: DefinitionFormat): string {
  return format === 'yaml' ? stringify(definition) : `${JSON.stringify(definition, null, 2)}\n`;
}
