import type { MetricName } from '#lib/domain/metrics/metrics.ts';
import {
  BACKGROUND_CELLS,
  type Cell,
  HEIGHT,
  PREDICTED_CELLS,
  SHARED_CELLS,
  surfaceOf,
  TRUE_CELLS,
  WIDTH,
} from './example.ts';
import { LesionCount, Lesions } from './lesion-drawings.tsx';
import { DASHED, fill, INK, LIGHT, lines, Outlines, PX, SOLID, STRONG } from './shapes.tsx';
import { GapOf, SomeGaps, Within } from './surface-drawings.tsx';
import { EXAMPLE_VALUES } from './worked.ts';

/**
 * Every metric on the same example: the truth T with a solid outline and the prediction P with a dashed one. What
 * the metric counts is filled with the stronger gray.
 */
const DRAWINGS: Readonly<Record<MetricName, () => React.ReactNode>> = {
  dice: () => <Cells light={[...TRUE_CELLS, ...PREDICTED_CELLS]} strong={SHARED_CELLS} />,
  precision: () => <Cells light={PREDICTED_CELLS} strong={SHARED_CELLS} />,
  sensitivity: () => <Cells light={TRUE_CELLS} strong={SHARED_CELLS} />,
  specificity: () => <Cells light={PREDICTED_CELLS} paper={TRUE_CELLS} strong={BACKGROUND_CELLS} />,
  volume_difference: VolumeDifference,
  volume_difference_voxels: VolumeDifference,
  lesion_count_difference: LesionCount,
  lesion_f1: () => <Lesions needsIou={false} />,
  lesion_f1_iou25: () => <Lesions needsIou />,
  lesion_f1_greedy25: () => <Lesions needsIou />,
  hd95: () => <GapOf mm={EXAMPLE_VALUES.hd95} />,
  hd: () => <GapOf mm={EXAMPLE_VALUES.hd} />,
  assd: SomeGaps,
  nsd_1mm: () => <Within mm={1} />,
  nsd_2mm: () => <Within mm={2} />,
  pr_auc: PrecisionRecall,
  pr_auc_trapezoid: PrecisionRecallLines,
};

export function MetricDrawing({ metric, label }: { metric: MetricName; label: string }) {
  const Drawing = DRAWINGS[metric];
  return (
    <svg
      viewBox={`-1 -1 ${WIDTH * PX + 2} ${HEIGHT * PX + 2}`}
      role="img"
      aria-label={`${label} on the example slice`}
    >
      <Drawing />
    </svg>
  );
}

function Cells({
  light,
  paper = [],
  strong,
}: {
  light: readonly Cell[];
  paper?: readonly Cell[];
  strong: readonly Cell[];
}) {
  return (
    <>
      <path d={fill(light)} fill={LIGHT} />
      <path d={fill(paper)} fill="var(--paper)" />
      <path d={fill(strong)} fill={STRONG} />
      <Outlines />
    </>
  );
}

/** Both masks as columns of six voxels, so that volume becomes length. */
function VolumeDifference() {
  const stack = (count: number, top: number) =>
    Array.from({ length: count }, (_, index): Cell => [8 + Math.floor(index / 6), top + (index % 6)]);
  const [truth, prediction] = [stack(TRUE_CELLS.length, 1), stack(PREDICTED_CELLS.length, 10)];
  const [longer, shorter] = truth.length > prediction.length ? [truth, prediction] : [prediction, truth];
  return (
    <>
      <path d={fill([...truth, ...prediction])} fill={LIGHT} />
      <path d={fill(longer.slice(shorter.length))} fill={STRONG} />
      <path d={lines(surfaceOf(truth))} {...SOLID} />
      <path d={lines(surfaceOf(prediction))} {...DASHED} />
      <text className="lab" x="38" y={4 * PX + 4} textAnchor="end">
        T {TRUE_CELLS.length}
      </text>
      <text className="lab" x="38" y={13 * PX + 4} textAnchor="end">
        P {PREDICTED_CELLS.length}
      </text>
    </>
  );
}

const STEPS = 'M50 18 H86 V30 H112 V42 H140 V62 H176';
const STRAIGHT_LINES = 'M50 12 L86 18 L112 30 L140 42 L176 62';

function PrecisionRecall() {
  return <Curve path={STEPS} />;
}

function PrecisionRecallLines() {
  return <Curve path={STRAIGHT_LINES} />;
}

/** The area below a path from the left to the right end of the axes. */
function Curve({ path }: { path: string }) {
  return (
    <g transform="translate(16 0)">
      <path d={`${path} V84 H50Z`} fill={LIGHT} />
      <path d={path} fill="none" stroke={INK} strokeWidth="1.5" />
      <path d="M50 8 V84 H196" fill="none" stroke="var(--rule-mid)" />
      <text x="196" y="98" textAnchor="end">
        recall
      </text>
      <text x="44" y="18" textAnchor="end">
        precision
      </text>
    </g>
  );
}
