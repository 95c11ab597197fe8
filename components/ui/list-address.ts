/** The address of a list with these parameters; empty ones are left out. */
export function listAddress(
  base: string,
  parameters: Readonly<Record<string, string | null | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return text === '' ? base : `${base}?${text}`;
}
