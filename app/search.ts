/** The query of a page, as Next hands it over. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The first value of each parameter. */
export async function readSearch(searchParams: SearchParams): Promise<Record<string, string | undefined>> {
  const entries = Object.entries(await searchParams).map(([name, value]) => {
    return [name, Array.isArray(value) ? value[0] : value] as const;
  });
  return Object.fromEntries(entries);
}
