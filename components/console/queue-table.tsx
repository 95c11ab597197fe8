'use client';

import { formatShortSpan, spanMs } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { QueueEntry } from '#lib/api/pages/organizer.ts';

/** Waiting evaluations in queue order, with their place among all evaluations that share the runners. */
export function QueueTable({
  caption,
  queue,
  unserved = [],
  asOf,
}: {
  caption: React.ReactNode;
  queue: readonly QueueEntry[];
  /** Slugs of the phases that no runner supports. */
  unserved?: readonly string[];
  asOf: string;
}) {
  return (
    <table className="plain queue">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col" className="num place">
            Place
          </th>
          <th scope="col" className="pad">
            Team
          </th>
          <th scope="col">Phase</th>
          <th scope="col" className="num">
            Waiting
          </th>
        </tr>
      </thead>
      <tbody>
        {queue.length === 0 ? (
          <tr className="nothing">
            <td colSpan={4}>Nothing is waiting.</td>
          </tr>
        ) : (
          queue.map((entry) => (
            <tr key={entry.evaluationId}>
              <td className="num">{entry.place}</td>
              <th scope="row" className="pad anywhere">
                <PlainLink className="quiet" href={`/submissions/${entry.submissionId}`}>
                  {entry.teamName}
                </PlainLink>
              </th>
              <td className="soft">
                {entry.phaseTitle}
                {unserved.includes(entry.phaseSlug) ? (
                  <span className="unit warn">no runner supports it</span>
                ) : null}
              </td>
              <td className="num soft nowrap">{formatShortSpan(spanMs(entry.createdAt, asOf))}</td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
