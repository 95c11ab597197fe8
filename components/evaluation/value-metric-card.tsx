import { direction } from '#components/format/metric-labels.ts';
import type { TaskMetric } from '#lib/domain/tasks/task-metrics.ts';

/** A metric of values, or one that an organizer's scorer computes: without a drawing. */
export function ValueMetricCard({ metric }: { metric: TaskMetric }) {
  const { key, label, formula, meaning, unit, range, failed, over, source, version } = metric;
  const id = key.replaceAll(/[^a-z0-9]+/gi, '-');
  return (
    <section className="metric" id={id} aria-labelledby={`${id}-name`}>
      <div>
        <h3 id={`${id}-name`}>
          {label} <span className="mono muted">{key}</span>
        </h3>
        {formula === null ? null : <p className="formula">{formula}</p>}
        {meaning === '' ? null : <p className="soft narrow-text">{meaning}</p>}
        <dl className="facts metric-facts">
          <dt>Better</dt>
          <dd>
            {direction(metric)} {metric.better}
            {unit === '1' ? ', no unit' : `, in ${unit}`}
            {formatRange(range)}
          </dd>
          <dt>Computed</dt>
          <dd>
            {over === 'case' ? 'for each case; the mean over cases is shown' : 'over all cases at once'}
          </dd>
          <dt>Failed case</dt>
          <dd>{over === 'case' ? `ranks last; counts in means as ${failed}` : `counts as ${failed}`}</dd>
          <dt>Defined by</dt>
          <dd>{source === null ? 'the organizers’ scorer' : `v${version}; ${source}`}</dd>
        </dl>
      </div>
    </section>
  );
}

/** ", from 0 to 1", ", at least 0" */
function formatRange([least, most]: TaskMetric['range']): string {
  if (least !== null && most !== null) return `, from ${least} to ${most}`;
  if (least !== null) return `, at least ${least}`;
  return most === null ? '' : `, at most ${most}`;
}
