import Link from 'next/link';
import type { LeaderboardState } from './leaderboard-state.ts';

/** Search by team or algorithm. It works without JavaScript and keeps the rest of the address. */
export function LeaderboardSearch({ state }: { state: LeaderboardState }) {
  const { q, kept, base } = state;
  return (
    <search>
      <form className="search" method="get">
        {Object.entries(kept).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <label className="vh" htmlFor="leaderboard-search">
          Team or algorithm
        </label>
        <input
          id="leaderboard-search"
          type="search"
          name="q"
          defaultValue={q}
          maxLength={100}
          placeholder="Team or algorithm"
        />
        <button className="btn" type="submit">
          Search
        </button>
        {q ? <Link href={`${base}?${new URLSearchParams(kept)}`}>Show all</Link> : null}
      </form>
    </search>
  );
}
