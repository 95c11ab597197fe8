import { direction } from '#components/format/metric-labels.ts';
import { isAggregate, type TaskMetric } from '#lib/domain/tasks/task-metrics.ts';

/** A metric of values, or one that an organizer's scorer computes: without a drawing. */
export function ValueMetricCard({ metric }: { metric: TaskMetric }) {
  const { key, label, formula, meaning, unit, range, over, source, version } = metric;
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
            {over === 'case' ? 'for each case; an average over the cases is shown' : 'over all cases at once'}
          </dd>
          <dt>Failed case</dt>
          <dd>{failedText(metric)}</dd>
          <dt>Defined by</dt>
          <dd>{source === null ? 'the organizers’ scorer' : `v${version}; ${source}`}</dd>
        </dl>
      </div>
      {metric.example ? <WorkedExample id={id} label={label} example={metric.example} /> : null}
    </section>
  );
}

function failedText(metric: TaskMetric): string {
  const { over, failed } = metric;
  if (over === 'case') return `ranks last; counts as ${failed} in averages`;
  if (!isAggregate(metric)) return `counts as ${failed}`;
  return `costs the whole metric: it counts as ${failed} if any case has failed`;
}

/** The arithmetic on a few cases. */
function WorkedExample({
  id,
  label,
  example: { truth, prediction, arithmetic, value },
}: {
  id: string;
  label: string;
  example: NonNullable<TaskMetric['example']>;
}) {
  return (
    <figure>
      <table className="worked" aria-label={`Example of ${label}`}>
        <tbody>
          {[
            { name: 'True values, t', values: truth },
            { name: 'Predictions, p', values: prediction },
          ].map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((one, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the cases have no other name
                <td className="num" key={`${id}-${index}`}>
                  {typeof one === 'number' ? formatNumber(one) : one}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption>
        {arithmetic} = <b>{formatNumber(value)}</b>
      </figcaption>
    </figure>
  );
}

function formatNumber(value: number): string {
  return String(value).replace('-', '−');
}

/** ", from 0 to 1", ", at least 0" */
function formatRange([least, most]: TaskMetric['range']): string {
  if (least !== null && most !== null) return `, from ${least} to ${most}`;
  if (least !== null) return `, at least ${least}`;
  return most === null ? '' : `, at most ${most}`;
}
