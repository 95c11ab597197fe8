import { utcDateTime } from '#components/format/time.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { RescoringView } from '#lib/api/pages/organizer/rescorings.ts';
import { countRankChanges } from '#lib/domain/evaluations/rescoring.ts';
import { averageOf } from '#lib/domain/phases/settings.ts';
import { counted } from '#lib/domain/units.ts';
import { RescoringTable } from './rescoring-table.tsx';

/** A rescoring: what it changes, and the question whether to publish or drop it. */
export function RescoringSection({
  challenge,
  rescoring,
  actions,
}: {
  challenge: string;
  rescoring: RescoringView;
  /** null for viewers who may not decide. */
  actions: { publish: FormAction; drop: FormAction } | null;
}) {
  const { id, state, phaseTitle, createdAt, decidedAt, report } = rescoring;
  const fields = [
    { name: 'challenge', label: '', type: 'hidden', value: challenge },
    { name: 'rescoring', label: '', type: 'hidden', value: id },
  ] as const;
  return (
    <section className="console-section" aria-label={`Rescoring of ${phaseTitle}, ${createdAt}`}>
      <h2>
        {phaseTitle}, {utcDateTime(createdAt)}
      </h2>
      <p>
        <b>{STATES[state]}</b>
        {decidedAt === null ? '' : ` ${utcDateTime(decidedAt)}.`} {summaryOf(rescoring)}
      </p>
      <RescoringTable rescoring={rescoring} />
      {report.summary === 'MEDIAN' ? <p className="muted">Values are {averageOf(report)}s.</p> : null}
      {state === 'SHADOW' && actions ? (
        <div className="actions">
          <Confirmation label="Publish the new scores" isHarmless>
            <p>{questionOf(rescoring)}</p>
            <ActionForm
              inline
              name={`publish-${id}`}
              action={actions.publish}
              fields={fields}
              submit="Publish"
              pending="Publishing"
            />
          </Confirmation>
          <Confirmation label="Drop the new scores">
            <p>The scores in force stay, and the new ones are deleted.</p>
            <ActionForm
              inline
              name={`drop-${id}`}
              action={actions.drop}
              fields={fields}
              submit="Drop"
              pending="Dropping"
            />
          </Confirmation>
        </div>
      ) : null}
    </section>
  );
}

const STATES: Readonly<Record<RescoringView['state'], string>> = {
  SHADOW: 'Not in force.',
  PUBLISHED: 'Published',
  DROPPED: 'Dropped',
};

function summaryOf({ report, scoredSince }: RescoringView): string {
  const { submissions, cases } = report;
  const parts = submissions.filter(({ isWhole }) => !isWhole).length;
  return [
    `${counted(cases.scoredAgain, 'case was', 'cases were')} rescored in ${counted(submissions.length, 'submission')}.`,
    ...(parts > 0
      ? [`${counted(parts, 'submission')} can’t be rescored as a whole, because predictions are missing.`]
      : []),
    ...(scoredSince > 0
      ? [
          `${counted(scoredSince, 'submission was', 'submissions were')} scored since: rescore again to include them.`,
        ]
      : []),
  ].join(' ');
}

function questionOf({ report }: RescoringView): string {
  const { submissions } = report;
  const moved = countRankChanges(report);
  const parts = submissions.filter(({ isWhole }) => !isWhole).length;
  return [
    `${counted(moved, 'rank changes', 'ranks change')}, and teams see the new scores at once.`,
    ...(parts > 0
      ? [
          `${counted(parts, 'submission leaves', 'submissions leave')} the leaderboard, which never mixes versions, until a rerun.`,
        ]
      : []),
    'The scores that are replaced are kept with their versions. Announce it to the teams first.',
  ].join(' ');
}
