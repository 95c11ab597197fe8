import Link from 'next/link';

export interface ListFilter {
  name: string;
  label: string;
  /** Label of the option that filters nothing: "All phases". Without it, one of the options always applies. */
  all?: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[];
}

/** Search and filters above a list: a form whose result has its own address, so it works without JavaScript. */
export function ListSearch({
  action,
  search,
  filters = [],
  days = [],
  kept = {},
  clearHref,
}: {
  /** Address of the list, if it isn't this page's. */
  action?: string;
  search?: { label: string; value: string };
  filters?: readonly ListFilter[];
  /** Fields for days, as `2026-11-30`. */
  days?: readonly { name: string; label: string; value: string | undefined }[];
  /** Further parameters of the address that stay. */
  kept?: Readonly<Record<string, string>>;
  /** Address of the list without search and filters. */
  clearHref: string;
}) {
  const isFiltered =
    Boolean(search?.value) ||
    filters.some(({ all, value }) => all && value) ||
    days.some(({ value }) => value);
  return (
    <search>
      <form className="search" method="get" action={action}>
        {Object.entries(kept).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {search ? (
          <>
            <label className="vh" htmlFor="list-search">
              {search.label}
            </label>
            <input
              id="list-search"
              type="search"
              name="q"
              defaultValue={search.value}
              maxLength={100}
              placeholder={search.label}
            />
          </>
        ) : null}
        {filters.map((filter) => (
          <Filter key={filter.name} filter={filter} />
        ))}
        {days.map(({ name, label, value }) => (
          <label key={name} className="day-field">
            <span>{label}</span>
            <input type="date" name={name} defaultValue={value} />
          </label>
        ))}
        <button className="btn" type="submit">
          {search ? 'Search' : 'Show'}
        </button>
        {isFiltered ? <Link href={clearHref}>Show all</Link> : null}
      </form>
    </search>
  );
}

/** Without a choice, the parameter is left empty, which every list reads as no filter. */
function Filter({ filter: { name, label, all, value = '', options } }: { filter: ListFilter }) {
  return (
    <>
      <label className="vh" htmlFor={`list-${name}`}>
        {label}
      </label>
      <select id={`list-${name}`} name={name} defaultValue={value}>
        {all ? <option value="">{all}</option> : null}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </>
  );
}
