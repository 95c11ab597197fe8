import { direction } from '#components/format/metric-labels.ts';
import type { MetricDefinition } from '#lib/domain/metrics/metrics.ts';
import { MetricDrawing } from './metric-drawing.tsx';
import { WORKED } from './worked.ts';

const WORST: Readonly<Record<MetricDefinition['worst'], string>> = {
  zero: '0',
  largestVolumeMl: 'the largest true volume in the test set',
  largestVoxels: 'the largest true volume in the test set, in voxels',
  largestLesions: 'the largest true lesion count in the test set',
  largestDiagonalMm: 'the diagonal of the largest grid in the test set',
};

/** A metric in full: definition, meaning, edge cases, version and a worked example. */
export function MetricCard({
  metric,
  connectivity,
}: {
  metric: MetricDefinition;
  connectivity: string | null;
}) {
  return (
    <section className="metric" id={metric.name} aria-labelledby={`${metric.name}-name`}>
      <div>
        <h3 id={`${metric.name}-name`}>
          {metric.label} <span className="mono muted">{metric.name}</span>
        </h3>
        <p className="formula">{metric.formula}</p>
        <p className="soft narrow-text">{metric.meaning}</p>
        <dl className="facts metric-facts">
          <dt>Better</dt>
          <dd>
            {direction(metric)} {metric.better}
            {metric.unit === '1' ? ', no unit' : `, in ${metric.unit}`}, from {metric.range[0]} to{' '}
            {metric.range[1] ?? 'no limit'}
          </dd>
          <dt>Both masks empty</dt>
          <dd>{metric.emptyMasks.both}</dd>
          <dt>One mask empty</dt>
          <dd>{metric.emptyMasks.one}</dd>
          <dt>Failed case</dt>
          <dd>ranks last; counts as {WORST[metric.worst]} in averages</dd>
          {metric.hasConnectivity && connectivity ? (
            <>
              <dt>Lesion</dt>
              <dd>{connectivity}</dd>
            </>
          ) : null}
          <dt>Version</dt>
          <dd>
            v{metric.version}; {metric.source}
          </dd>
        </dl>
      </div>
      <figure>
        <MetricDrawing metric={metric.name} label={metric.label} />
        <figcaption>{WORKED[metric.name]}</figcaption>
      </figure>
    </section>
  );
}
