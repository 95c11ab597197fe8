import { listAddress } from '#components/ui/list-address.ts';
import { Pager } from '#components/ui/pager.tsx';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { LeaksView } from '#lib/api/pages/organizer/leaks.ts';

/** What each team of a phase has been told, the most first. */
export function LeakTable({
  leaks,
  base,
  isOnePhase,
}: {
  leaks: LeaksView['leaks'][number];
  /** The address of the ledger. */
  base: string;
  isOnePhase: boolean;
}) {
  const { phaseSlug, phaseTitle, entries, previous, next } = leaks;
  const page = (after: string | null, text: string) =>
    after === null ? null : { href: listAddress(base, { phase: phaseSlug, after }), text };
  return (
    <section className="console-section" aria-label={phaseTitle}>
      <table className="plain top stackable">
        <caption>
          <b>{phaseTitle}.</b> {describeRule(leaks)}
        </caption>
        <thead>
          <tr>
            <th scope="col">Team</th>
            <th scope="col" className="num">
              Submissions
            </th>
            <th scope="col" className="num">
              Shown
            </th>
            <th scope="col" className="num">
              Bits
            </th>
            <th scope="col" className="num">
              Possible luck
              <span className="unit">standard errors, at most</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.length === 0 ? (
            <tr>
              <td colSpan={5} className="muted">
                No submission has a score yet.
              </td>
            </tr>
          ) : null}
          {entries.map(({ team, submissions, shown, bits, possibleLuck }) => (
            <tr key={team.slug}>
              <th scope="row">
                <PlainLink href={`/teams/${team.slug}`}>{team.name}</PlainLink>
              </th>
              <td className="num" data-l="submissions">
                {submissions}
              </td>
              <td className="num" data-l="shown">
                {shown}
              </td>
              <td className="num" data-l="bits">
                {Math.ceil(bits).toLocaleString('en')}
              </td>
              <td className="num" data-l="possible luck">
                {possibleLuck.toFixed(1)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isOnePhase ? (
        <Pager
          label={`Pages of ${phaseTitle}`}
          previous={page(previous, 'Teams that were told more')}
          next={page(next, 'Teams that were told less')}
        />
      ) : next === null ? null : (
        <p className="exports bare">
          <PlainLink href={listAddress(base, { phase: phaseSlug })}>All teams of {phaseTitle}</PlainLink>
        </p>
      )}
    </section>
  );
}

function describeRule({ disclosure, isSealed }: LeaksView['leaks'][number]): string {
  if (disclosure === 'LADDER')
    return 'A ladder: a team sees clear improvements and, of the others, that they aren’t.';
  if (isSealed) return 'Sealed until you reveal the results.';
  return 'Live: a team sees the scores of each of its submissions.';
}
