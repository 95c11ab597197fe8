import Link from 'next/link';
import { utcDateTime } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type {
  PhaseResults,
  RequestedDecision,
  ResultDecision,
  ResultsView,
} from '#lib/api/pages/organizer/results.ts';

interface Actions {
  request: FormAction;
  confirm: FormAction;
  withdraw: FormAction;
}

const DECISIONS: Readonly<Record<ResultDecision, { request: string; confirm: string; what: string }>> = {
  FREEZE: {
    request: 'Request to freeze ranking …',
    confirm: 'Freeze ranking',
    what: 'Freeze: the leaderboard stays as it is, whatever is scored, withdrawn or excluded later.',
  },
  REVEAL: {
    request: 'Request to reveal results …',
    confirm: 'Reveal results',
    what: 'Reveal: everyone sees the results, and held-back cases count. It can’t be undone.',
  },
  UNFREEZE: {
    request: 'Request to unfreeze ranking …',
    confirm: 'Unfreeze ranking',
    what: 'Unfreeze: the leaderboard changes with the scores again.',
  },
};

/** Each phase with the state of its ranking and what organizers decide about it. */
export function ResultsTable({ view, actions }: { view: ResultsView; actions: Actions }) {
  const { challenge, phases, requiresTwoOrganizers } = view;
  return (
    <table className="plain top stackable results">
      <caption>
        <b>Rankings.</b> A decision takes two steps: request it, then confirm it.{' '}
        {requiresTwoOrganizers ? 'Another organizer confirms. ' : ''}Until then it can be withdrawn. Times in
        UTC.
      </caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">Ranking</th>
          <th scope="col">Decision</th>
          <th scope="col">Leaderboard</th>
        </tr>
      </thead>
      <tbody>
        {phases.map((results) => (
          <tr key={results.phase.slug}>
            <th scope="row">
              {results.phase.title}
              <span className="unit">
                {results.phase.status === 'closed' ? 'closed' : 'closes'}{' '}
                {utcDateTime(results.phase.closesAt)}
              </span>
            </th>
            <td className="line">
              {results.final ? (
                <>
                  <b>final</b>
                  <span className="unit">since {utcDateTime(results.final.at)}</span>
                </>
              ) : results.keepsBack ? (
                'kept back'
              ) : (
                'changes with the scores'
              )}
            </td>
            <td className="line">
              <Decision
                results={results}
                challenge={challenge.slug}
                actions={view.viewerMay.decide ? actions : null}
              />
            </td>
            <td className="line">
              <Link
                className="tall"
                href={`/challenges/${challenge.slug}/leaderboard?phase=${results.phase.slug}`}
                prefetch={false}
              >
                As the public sees it<span className="vh">: {results.phase.title}</span>
              </Link>
              <Link
                className="tall"
                href={`/organize/${challenge.slug}/results/${results.phase.slug}`}
                prefetch={false}
              >
                As it is<span className="vh">: {results.phase.title}</span>
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Decision({
  results: { phase, final, keepsBack, requested },
  challenge,
  actions,
}: {
  results: PhaseResults;
  challenge: string;
  /** null if the viewer only reads. */
  actions: Actions | null;
}) {
  if (requested) return <Requested {...{ requested, challenge, actions, title: phase.title }} />;
  if (!actions) return <span className="muted">none requested</span>;
  const decision: ResultDecision = keepsBack ? 'REVEAL' : final ? 'UNFREEZE' : 'FREEZE';
  if (decision !== 'UNFREEZE' && phase.status !== 'closed') {
    return (
      <span className="muted">can be {keepsBack ? 'revealed' : 'frozen'} once the phase has closed</span>
    );
  }
  return (
    <ActionButton
      action={actions.request}
      values={{ challenge, phase: phase.slug, decision }}
      pending="Requesting"
    >
      {DECISIONS[decision].request}
      <span className="vh"> {phase.title}</span>
    </ActionButton>
  );
}

function Requested({
  requested: { id, kind, requestedBy, at, needsTwo, viewerMayConfirm },
  challenge,
  actions,
  title,
}: {
  requested: RequestedDecision;
  challenge: string;
  actions: Actions | null;
  title: string;
}) {
  const values = { challenge, request: id };
  return (
    <>
      <p>{DECISIONS[kind].what}</p>
      <p className="unit">
        Requested by {requestedBy}, {utcDateTime(at)}.{' '}
        {needsTwo && !viewerMayConfirm ? 'Another organizer must confirm it.' : ''}
      </p>
      {actions ? (
        <div className="row-actions">
          {viewerMayConfirm ? (
            <ActionButton
              action={actions.confirm}
              values={values}
              pending="Confirming"
              className="btn primary"
            >
              {DECISIONS[kind].confirm}
              <span className="vh"> of {title}</span>
            </ActionButton>
          ) : null}
          <ActionButton action={actions.withdraw} values={values} pending="Withdrawing">
            Withdraw request<span className="vh"> about {title}</span>
          </ActionButton>
        </div>
      ) : null}
    </>
  );
}
