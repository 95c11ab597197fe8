import { parse } from 'yaml';
import { CommandError } from './command.ts';
import { readText } from './read-text.ts';

export const isYaml = (file: string) => /\.ya?ml$/i.test(file);

/** The object in a YAML file (its name ends with .yaml or .yml) or a JSON file. Throws CommandError. */
export async function readObject(file: string, what: string): Promise<object> {
  const text = await readText(file);
  try {
    const value: unknown = isYaml(file) ? parse(text) : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new CommandError(`${file} isn't ${isYaml(file) ? 'YAML' : 'JSON'}: ${(error as Error).message}`);
  }
  throw new CommandError(`${file} must hold one ${what}, as an object.`);
}
