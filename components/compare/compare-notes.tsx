import type { ComparedPair, ComparisonView } from '#lib/api/pages/comparison.ts';

/** What the numbers say, and why some are missing. */
export function CompareNotes({ comparison, pair }: { comparison: ComparisonView; pair: ComparedPair }) {
  const [a, b] = pair.entries;
  return (
    <div className="notes">
      <div>
        <h2>Does the order hold?</h2>
        <p>
          {testText(pair)}{' '}
          {pair.falseOrder === null
            ? ''
            : `They are neighbors on the leaderboard, and the probability that their order there is false is ${pair.falseOrder.toFixed(3)}: the share of the draws in which it is the other way round.`}
        </p>
      </div>
      <div>
        <h2>What this covers</h2>
        <p>
          Intervals and probabilities say how much depends on the choice of the {comparison.caseCount} cases.
          They say nothing about other scanners, hospitals or patients.
        </p>
      </div>
      {pair.cases && comparison.phase.kind === 'HIDDEN' ? (
        <div>
          <h2>Only organizers see all of this</h2>
          <p>
            The cases of {comparison.phase.title} are hidden. Everybody else sees the scores, ranks and
            intervals of both teams, but no difference, no wins and losses, and no single case.
          </p>
        </div>
      ) : null}
      {pair.cases ? null : (
        <div>
          <h2>Why there are no single cases</h2>
          <p>
            The cases of {comparison.phase.title} are hidden. Scores of {a.teamName} and {b.teamName} on the
            same case, and counts of wins and losses that follow from them, would tell about these cases.
            Everything here is on the leaderboard as well.
          </p>
        </div>
      )}
    </div>
  );
}

function testText({ test, entries: [a, b] }: ComparedPair): string {
  if (!test) return 'The leaderboard keeps no test of these two.';
  const p = `adjusted p = ${test.p}`;
  if (test.better === 0) return `The cases can’t tell which of the two is better (${p}).`;
  const [better, worse] = test.better > 0 ? [a, b] : [b, a];
  return `${better.teamName} is better than ${worse.teamName} (paired Wilcoxon test, ${p}).`;
}
