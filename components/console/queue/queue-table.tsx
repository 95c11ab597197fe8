'use client';

import { formatShortSpan, spanMs } from '#components/format/time.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { PhaseCounts, QueueEntry } from '#lib/api/pages/organizer.ts';
import { formatExpectedStart } from './expected-start.ts';
import { describeEmptyQueue } from './queue-counts.ts';

/** Waiting evaluations in queue order, with their place among all evaluations that share the runners. */
export function QueueTable({
  caption,
  queue,
  counts,
  unserved = [],
  asOf,
  holdAddress = null,
}: {
  caption: React.ReactNode;
  queue: readonly QueueEntry[];
  /** Of the phases whose queue it is. */
  counts: readonly PhaseCounts[];
  /** Slugs of the phases that no runner supports. */
  unserved?: readonly string[];
  asOf: string;
  /** Where a submission can be held, before its ID; null if the viewer can't. */
  holdAddress?: string | null;
}) {
  const columns = holdAddress === null ? 5 : 6;
  return (
    <table className="plain queue stackable">
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
          <th scope="col" className="num">
            Starts<span className="unit">UTC</span>
          </th>
          {holdAddress === null ? null : (
            <th scope="col" className="num">
              <span className="vh">Action</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {queue.length === 0 ? (
          <tr className="nothing">
            <td colSpan={columns}>{describeEmptyQueue(counts)}</td>
          </tr>
        ) : (
          queue.map((entry) => (
            <tr key={entry.evaluationId}>
              <td className="num" data-l="place">
                {entry.place}
              </td>
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
              <td className="num soft nowrap" data-l="waiting">
                {formatShortSpan(spanMs(entry.createdAt, asOf))}
              </td>
              <td className={entry.held ? 'num warn nowrap' : 'num soft nowrap'} data-l="starts">
                {unserved.includes(entry.phaseSlug) ? '–' : formatExpectedStart(entry, asOf)}
              </td>
              {holdAddress === null ? null : (
                <td className="num">
                  {entry.held ? null : (
                    <a href={`${holdAddress}${entry.submissionId}#hold`}>
                      Hold<span className="vh"> the submission of {entry.teamName}</span>
                    </a>
                  )}
                </td>
              )}
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
