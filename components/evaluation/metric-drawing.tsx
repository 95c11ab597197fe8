import type { MetricName } from '#lib/domain/metrics.ts';

/**
 * One small drawing a metric: the truth T with a full outline, the prediction P with a dashed one; what the metric
 * counts is dark.
 */

const WIDTH = 220;
const HEIGHT = 110;
const TRUE_OUTLINE = { fill: 'none', stroke: 'var(--ink)', strokeWidth: 1.5 } as const;
const PREDICTED_OUTLINE = { ...TRUE_OUTLINE, strokeDasharray: '4 3' } as const;
const LIGHT = 'var(--e1)';
const DARK = 'var(--e2)';

/** Two lesions that overlap; the lens is what they share. */
const T_CIRCLE = { cx: 92, cy: 58, r: 36 };
const P_CIRCLE = { cx: 128, cy: 58, r: 36 };
const LENS = 'M110 26.82 A36 36 0 0 1 110 89.18 A36 36 0 0 1 110 26.82Z';

const DRAWINGS: Readonly<Record<MetricName, () => React.ReactNode>> = {
  dice: () => <Overlap truth={LIGHT} prediction={LIGHT} />,
  precision: () => <Overlap prediction={LIGHT} />,
  sensitivity: () => <Overlap truth={LIGHT} />,
  specificity: Specificity,
  volume_difference: VolumeDifference,
  volume_difference_voxels: VolumeDifference,
  lesion_count_difference: LesionCount,
  lesion_f1: () => <LesionsFound matched={false} />,
  lesion_f1_iou25: () => <LesionsFound matched />,
  hd95: () => <Distance ends={[[146, 62]]} note="95 %" />,
  hd: () => <Distance ends={[[170, 58]]} note="max" />,
  assd: () => (
    <Distance
      ends={[
        [112, 22],
        [146, 62],
        [112, 92],
      ]}
      note="mean"
    />
  ),
  nsd_1mm: () => <Tolerance widthPx={10} note="1 mm" />,
  nsd_2mm: () => <Tolerance widthPx={18} note="2 mm" />,
  pr_auc: PrecisionRecall,
};

export function MetricDrawing({ metric, label }: { metric: MetricName; label: string }) {
  const Drawing = DRAWINGS[metric];
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Drawing of ${label}`}>
      <Drawing />
    </svg>
  );
}

function Outlines() {
  return (
    <>
      <circle {...T_CIRCLE} {...TRUE_OUTLINE} />
      <circle {...P_CIRCLE} {...PREDICTED_OUTLINE} />
      <text x="50" y="26" textAnchor="middle">
        T
      </text>
      <text x="170" y="26" textAnchor="middle">
        P
      </text>
    </>
  );
}

function Overlap({ truth, prediction }: { truth?: string; prediction?: string }) {
  return (
    <>
      {truth ? <circle {...T_CIRCLE} fill={truth} /> : null}
      {prediction ? <circle {...P_CIRCLE} fill={prediction} /> : null}
      <path d={LENS} fill={DARK} />
      <Outlines />
    </>
  );
}

function Specificity() {
  return (
    <>
      <rect x="10" y="6" width="200" height="98" fill={DARK} />
      <circle {...P_CIRCLE} fill={LIGHT} />
      <circle {...T_CIRCLE} fill="var(--paper)" />
      <Outlines />
    </>
  );
}

function VolumeDifference() {
  return (
    <>
      <rect x="40" y="18" width="56" height="80" fill={DARK} />
      <rect x="40" y="42" width="56" height="56" fill={LIGHT} />
      <rect x="40" y="18" width="56" height="80" {...TRUE_OUTLINE} />
      <rect x="124" y="42" width="56" height="56" fill={LIGHT} />
      <rect x="124" y="42" width="56" height="56" {...PREDICTED_OUTLINE} />
      <line className="rf" x1="40" x2="180" y1="42" y2="42" />
      <text x="30" y="62" textAnchor="end">
        T
      </text>
      <text x="190" y="62">
        P
      </text>
    </>
  );
}

function LesionCount() {
  const at: [number, number, number][] = [
    [34, 36, 13],
    [66, 62, 10],
    [36, 84, 8],
  ];
  return (
    <>
      {at.map(([cx, cy, r]) => (
        <circle key={cy} cx={cx} cy={cy} r={r} {...TRUE_OUTLINE} />
      ))}
      {at.slice(0, 2).map(([cx, cy, r]) => (
        <circle key={cy} cx={cx + 104} cy={cy} r={r + 3} {...PREDICTED_OUTLINE} />
      ))}
      <text className="lab" x="96" y="62" textAnchor="middle">
        3
      </text>
      <text className="lab" x="198" y="62" textAnchor="middle">
        2
      </text>
    </>
  );
}

function LesionsFound({ matched }: { matched: boolean }) {
  return (
    <>
      <circle cx="44" cy="44" r="20" fill={DARK} />
      <circle cx="44" cy="44" r="20" {...TRUE_OUTLINE} />
      <circle cx={matched ? 50 : 66} cy={matched ? 46 : 54} r={matched ? 19 : 14} {...PREDICTED_OUTLINE} />
      <circle cx="122" cy="44" r="17" {...TRUE_OUTLINE} />
      {matched ? <circle cx="138" cy="54" r="9" {...PREDICTED_OUTLINE} /> : null}
      <circle cx="182" cy="44" r="17" fill={LIGHT} />
      <circle cx="182" cy="44" r="17" {...PREDICTED_OUTLINE} />
      <text className="lab" x="48" y="92" textAnchor="middle">
        TP
      </text>
      <text className="lab" x="124" y="92" textAnchor="middle">
        {matched ? 'FN + FP' : 'FN'}
      </text>
      <text className="lab" x="182" y="92" textAnchor="middle">
        FP
      </text>
    </>
  );
}

/** Two surfaces, and distances from the truth's (left) to the prediction's. */
function Distance({ ends, note }: { ends: readonly (readonly [number, number])[]; note: string }) {
  return (
    <>
      <ellipse cx="92" cy="58" rx="44" ry="36" {...TRUE_OUTLINE} />
      <path
        d="M60 58 C60 20 110 18 128 36 C140 46 170 44 170 58 C170 74 140 70 126 82 C104 98 60 94 60 58Z"
        {...PREDICTED_OUTLINE}
      />
      {ends.map(([x, y]) => {
        const from = nearestOnTruth(x, y);
        return (
          <g key={`${x} ${y}`} stroke="var(--e3)" strokeWidth="2.5">
            <line x1={from[0]} y1={from[1]} x2={x} y2={y} />
          </g>
        );
      })}
      <text x="192" y="62" textAnchor="middle">
        {note}
      </text>
    </>
  );
}

/** The point of the drawn ellipse in the direction of (x, y) from its centre: near enough for a drawing. */
function nearestOnTruth(x: number, y: number): [number, number] {
  const angle = Math.atan2((y - 58) / 36, (x - 92) / 44);
  return [92 + 44 * Math.cos(angle), 58 + 36 * Math.sin(angle)];
}

function Tolerance({ widthPx, note }: { widthPx: number; note: string }) {
  return (
    <>
      <ellipse cx="92" cy="58" rx="44" ry="34" fill="none" stroke={LIGHT} strokeWidth={widthPx} />
      <path
        d="M52 58 C52 26 104 16 124 36 C136 46 164 44 164 58 C164 74 136 70 122 80 C100 96 52 92 52 58Z"
        {...PREDICTED_OUTLINE}
      />
      <ellipse cx="92" cy="58" rx="44" ry="34" {...TRUE_OUTLINE} />
      <text x="192" y="62" textAnchor="middle">
        ± {note}
      </text>
    </>
  );
}

function PrecisionRecall() {
  return (
    <>
      <path d="M50 90 V22 H86 V34 H112 V46 H140 V66 H170 V90Z" fill={LIGHT} />
      <path d="M50 22 H86 V34 H112 V46 H140 V66 H170" fill="none" stroke="var(--ink)" strokeWidth="1.5" />
      <path d="M50 14 V90 H184" fill="none" stroke="var(--rule-mid)" />
      <text x="184" y="104" textAnchor="end">
        recall
      </text>
      <text x="44" y="22" textAnchor="end">
        P
      </text>
    </>
  );
}
