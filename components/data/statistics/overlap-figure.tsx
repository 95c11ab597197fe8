import { PLANES, type VariantStatistics } from '#lib/domain/datasets/statistics.ts';
import { counted } from '#lib/domain/units.ts';

type Overlap = NonNullable<VariantStatistics['overlap']>;

const PLANE_LABELS = {
  axial: { name: 'Axial', sides: 'front at the top, left of the body at the left' },
  coronal: { name: 'Coronal', sides: 'head at the top, left of the body at the left' },
  sagittal: { name: 'Sagittal', sides: 'head at the top, front at the right' },
} as const;

/** Where the lesions lie, in three planes. */
export function OverlapFigure({ overlap: { most, planes }, cases }: { overlap: Overlap; cases: number }) {
  return (
    <figure className="plot-frame overlap">
      <figcaption>
        <b>Figure 3 | Overlap of the lesions.</b> Each point shows the largest number of cases with a lesion
        at one voxel along the line of sight; n = {counted(cases, 'case')} on one grid.
      </figcaption>
      <div className="overlap-planes">
        {PLANES.map((plane) => {
          const picture = planes[plane];
          const { name, sides } = PLANE_LABELS[plane];
          return (
            <div key={plane}>
              {/* biome-ignore lint/performance/noImgElement: the picture is in the page */}
              <img
                src={`data:image/png;base64,${picture.png}`}
                width={picture.width}
                height={picture.height}
                alt={`${name} view of the overlap of the lesions`}
              />
              <p className="muted small">
                <b>{name}</b>, {sides}
              </p>
            </div>
          );
        })}
      </div>
      <p className="overlap-scale small">
        <span>0</span>
        <span className="overlap-ramp" aria-hidden="true" />
        <span>{counted(most, 'case')}</span>
      </p>
    </figure>
  );
}
