import { formatCaseCount } from '#components/format/phase-labels.ts';
import { zonedDate } from '#components/format/time.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { positionOf, tickClass, timeScale, windowOn } from './time-scale.ts';

const ROW_PX = 46;

/** The phases on one time axis. Solid: elapsed. Outlined: remaining. Dashed: not open yet. */
export function Timeline({ phases, asOf }: { phases: readonly PhaseSummary[]; asOf: string }) {
  const scale = timeScale([...phases.flatMap((phase) => [phase.opensAt, phase.closesAt]), asOf]);
  const axisY = phases.length * ROW_PX + 18;
  const today = positionOf(scale, Date.parse(asOf));
  const spoken = phases.map(
    ({ title, zone, opensAt, closesAt }) =>
      `${title} ${zonedDate(opensAt, zone)} to ${zonedDate(closesAt, zone)}`,
  );
  return (
    <svg height={axisY + 20} role="img" aria-label={`Timeline: ${spoken.join('; ')}.`}>
      {scale.ticks.map((tick, index) => {
        const x = `${positionOf(scale, tick.at)}%`;
        return (
          <g key={tick.at}>
            <line className="gr" x1={x} x2={x} y1="0" y2={axisY} />
            <text className={tickClass(index)} x={x} y={axisY + 16}>
              {tick.label}
            </text>
          </g>
        );
      })}
      <line className="ax" x1="0" x2="100%" y1={axisY} y2={axisY} />
      <line className="now-line" x1={`${today}%`} x2={`${today}%`} y1="0" y2={axisY} />
      {phases.map((phase, index) => (
        <PhaseRow
          key={phase.slug}
          phase={phase}
          asOf={asOf}
          y={26 + index * ROW_PX}
          at={windowOn(scale, phase.opensAt, phase.closesAt, asOf)}
        />
      ))}
      <text
        className="today halo"
        x={`${today}%`}
        y={axisY - 6}
        dx={today > 85 ? -6 : 6}
        textAnchor={today > 85 ? 'end' : 'start'}
      >
        today
      </text>
    </svg>
  );
}

function PhaseRow({
  phase,
  at,
  y,
  asOf,
}: {
  phase: PhaseSummary;
  at: { start: number; now: number; end: number };
  y: number;
  asOf: string;
}) {
  const fromRight = at.start > 55;
  const upcoming = phase.opensAt > asOf;
  return (
    <>
      {at.now > at.start ? (
        <rect
          className={phase.status === 'closed' ? 'closed-window' : 'elapsed'}
          x={`${at.start}%`}
          width={`${at.now - at.start}%`}
          y={y}
          height="8"
        />
      ) : null}
      {at.end > at.now ? (
        <rect
          className={upcoming ? 'unopened' : 'coming'}
          x={`${at.now}%`}
          width={`${at.end - at.now}%`}
          y={y + 0.5}
          height="7"
        />
      ) : null}
      <text
        className="lab b halo"
        x={`${fromRight ? at.end : at.start}%`}
        y={y - 7}
        textAnchor={fromRight ? 'end' : 'start'}
      >
        {phase.title} <tspan className="minor">{formatCaseCount(phase)}</tspan>
      </text>
    </>
  );
}
