const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** A text in braces, where nothing of it is a command. */
export function bibtexText(text: string): string {
  const escaped = text.replaceAll(/[\\~^{}$&#%_]/g, (character) => ESCAPED[character] ?? `\\${character}`);
  return escaped.replaceAll(/\s+/g, ' ');
}

/** An entry of BibTeX. Values are texts as BibTeX takes them, without the braces around them. */
export function bibtexEntry(key: string, fields: readonly (readonly [string, string])[]): string {
  const lines = fields.map(([name, value]) => `  ${name.padEnd(12)} = {${value}},`);
  return [`@misc{${key},`, ...lines, '}', ''].join('\n');
}

/** The names of organizations or people, which BibTeX must not take apart. */
export function bibtexNames(names: readonly string[]): string {
  return names.map((name) => `{${bibtexText(name)}}`).join(' and ');
}
