import Link from 'next/link';
import type { CSSProperties } from 'react';
import {
  elapsedPercent,
  formatCaseCount,
  formatDeadline,
  formatWindow,
} from '#components/format/phase-labels.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';

/** The phases as links. The line below a phase is its window, and the dark part the elapsed time. */
export function PhaseStrip({
  phases,
  currentSlug,
  asOf,
  hrefOf,
  withDeadline = true,
}: {
  phases: readonly PhaseSummary[];
  currentSlug: string | null;
  asOf: string;
  hrefOf?: (phase: PhaseSummary) => string;
  withDeadline?: boolean;
}) {
  const current = phases.find((phase) => phase.slug === currentSlug);
  const deadline = current && withDeadline ? formatDeadline(current, asOf) : null;
  return (
    <nav className="phases" aria-label="Phase" style={{ '--phases': phases.length } as CSSProperties}>
      {phases.map((phase) => {
        const isCurrent = phase.slug === currentSlug;
        const content = (
          <>
            <span className="nm">
              <b>{phase.title}</b>
              <span>
                {phase.status === 'open' && !isCurrent ? formatCaseCount(phase) : formatWindow(phase)}
              </span>
            </span>
            <span className="bar">
              <i style={{ width: `${elapsedPercent(phase, asOf).toFixed(2)}%` }} />
            </span>
          </>
        );
        return hrefOf ? (
          <Link
            key={phase.slug}
            href={hrefOf(phase)}
            prefetch={false}
            aria-current={isCurrent ? 'page' : undefined}
          >
            {content}
          </Link>
        ) : (
          <div key={phase.slug} className="ph" aria-current={isCurrent ? 'true' : undefined}>
            {content}
          </div>
        );
      })}
      {deadline ? (
        <p className="left">
          <b>{deadline.left}</b>
          <br />
          {deadline.when}
        </p>
      ) : null}
    </nav>
  );
}
