import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { CommandError } from '#cli/command.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';

/** A challenge as a file: YAML if its name ends with .yaml or .yml, else JSON. */

const isYaml = (file: string) => /\.ya?ml$/i.test(file);

/** The object in a file. Throws CommandError. */
export async function readDefinitionFile(file: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandError(`${file} can't be read: ${error.message}`);
  });
  try {
    const value: unknown = isYaml(file) ? parse(text) : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new CommandError(`${file} isn't ${isYaml(file) ? 'YAML' : 'JSON'}: ${(error as Error).message}`);
  }
  throw new CommandError(`${file} must hold one challenge, as an object.`);
}

export type DefinitionFormat = 'yaml' | 'json';

/** The format of a file by its name. */
export function formatOf(file: string): DefinitionFormat {
  return isYaml(file) ? 'yaml' : 'json';
}

export function definitionText(definition: ChallengeDefinition, format: DefinitionFormat): string {
  return format === 'yaml' ? stringify(definition) : `${JSON.stringify(definition, null, 2)}\n`;
}
