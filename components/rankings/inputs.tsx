import { formatDigest } from '#components/format/quantity.ts';
import { describeCounting, describeRanking } from '#components/leaderboard/ranking-text.ts';
import type { PermanentRankingView } from '#lib/api/rankings/permanent.ts';

/** What a permanent ranking was computed from, and how to check its file. */
export function Inputs({ view: { id, checksum, ranking } }: { view: PermanentRankingView }) {
  const { method, metrics, testSet, phase } = ranking;
  const rules = { ...method, metrics };
  return (
    <section aria-labelledby="inputs">
      <h2 id="inputs">How it was computed</h2>
      <dl className="facts">
        <dt>Method</dt>
        <dd>
          {describeRanking(rules)} {describeCounting(rules)}
        </dd>
        <dt>Intervals</dt>
        <dd>
          {method.replicates.toLocaleString('en')} bootstrap replicates, seed {method.seed}
        </dd>
        <dt>Code</dt>
        <dd>ranking version {method.codeVersion}</dd>
        <dt>Test set</dt>
        <dd>
          {testSet.caseCount} cases, sealed as{' '}
          <span className="mono" title={testSet.sha256}>
            {formatDigest(testSet.sha256)}
          </span>
        </dd>
        <dt>Inputs</dt>
        <dd>
          <a href={`/api/v1/rankings/${id}`}>The JSON</a> names each submission, its evaluation and the
          versions of the metrics
          {phase.kind === 'OPEN'
            ? ', and has the scores of each case, from which the ranks can be computed again.'
            : '. Scores of single hidden cases aren’t public, so the organizers can compute it again.'}
        </dd>
        <dt>Checksum</dt>
        <dd>
          <span className="mono">{checksum}</span> is the SHA-256 of the JSON, and its start is the end of
          this page’s address.
        </dd>
      </dl>
    </section>
  );
}
