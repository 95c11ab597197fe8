'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useId, useState } from 'react';
import { formatBytes } from '#components/format/quantity.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { SealingPlace, SealingReport } from '#lib/domain/test-sets/browser-sealing.ts';
import { counted } from '#lib/domain/units.ts';
import { CheckReport } from './check-report.tsx';
import { FolderField } from './folder-field.tsx';
import { SealingProgress } from './sealing-progress.tsx';
import { StoredWorkNotice } from './stored-work.tsx';
import { type Sealing, useSealing } from './use-sealing.ts';

export interface SealTestSetProps {
  place: SealingPlace;
  phaseTitle: string;
  rules: Pick<PhaseRules, 'task' | 'connectivity'>;
  /** Public keys of the runners, each with the names of those that have it. */
  recipients: readonly { recipient: string; runners: string }[];
}

/** Checks a folder, seals it in this browser and uploads the sealed set. */
export function SealTestSet({ place, phaseTitle, rules, recipients }: SealTestSetProps) {
  const sealing = useSealing(place, rules);
  const { state } = sealing;
  const router = useRouter();
  const isDone = state.is === 'done';
  // The page says above which test set the phase has.
  useEffect(() => {
    if (isDone) router.refresh();
  }, [isDone, router]);
  switch (state.is) {
    case 'starting':
      return <p className="muted">Starting.</p>;
    case 'choosing':
      return (
        <>
          {state.work ? (
            <StoredWorkNotice work={state.work} resume={sealing.resume} discard={sealing.discard} />
          ) : null}
          {state.work?.isSealed ? null : <FolderField problem={state.problem} onChoose={sealing.check} />}
        </>
      );
    case 'running':
      return <SealingProgress running={state} pause={sealing.pause} />;
    case 'reported':
      return (
        <>
          <CheckReport report={state.report} />
          <SealForm report={state.report} recipients={recipients} sealing={sealing} />
        </>
      );
    case 'stopped':
      return <Stopped state={state} sealing={sealing} />;
    case 'done':
      return (
        <div className="done-note" role="status">
          <p>
            <b>
              {counted(state.cases, 'sealed case')} are now the test set of {phaseTitle}.
            </b>{' '}
            {formatBytes(state.bytes)}. The sealed copies in this browser are removed.
          </p>
          <p>
            SHA-256 of the set, computed here before the upload and by the site after it:
            <br />
            <span className="mono anywhere">{state.sha256}</span>
          </p>
        </div>
      );
  }
}

function SealForm({
  report,
  recipients,
  sealing,
}: {
  report: SealingReport;
  recipients: SealTestSetProps['recipients'];
  sealing: Sealing;
}) {
  const id = useId();
  const [recipient, setRecipient] = useState(recipients[0]?.recipient ?? '');
  const [hasCompared, setHasCompared] = useState(false);
  const [accepts, setAccepts] = useState(false);
  const refused = report.cases - report.accepted;
  const warnings = report.groups.some(({ isError }) => !isError);
  const needsConsent = refused > 0 || warnings;
  const isReady = report.accepted > 0 && recipient !== '' && hasCompared && (accepts || !needsConsent);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) sealing.seal(recipient, refused > 0);
      }}
    >
      <fieldset className="field">
        <legend className="label">Runner’s public key</legend>
        {recipients.map((one) => (
          <label key={one.recipient} className="agreement">
            <input
              type="radio"
              name={`${id}-recipient`}
              checked={recipient === one.recipient}
              onChange={() => setRecipient(one.recipient)}
            />{' '}
            <span className="mono anywhere">{one.recipient}</span>{' '}
            <span className="muted">{one.runners}</span>
          </label>
        ))}
        <label className="agreement">
          <input
            type="checkbox"
            checked={hasCompared}
            onChange={({ target }) => setHasCompared(target.checked)}
          />{' '}
          I have compared this key with the first line of the runner’s log
        </label>
      </fieldset>
      {needsConsent ? (
        <div className="field">
          <label className="agreement">
            <input type="checkbox" checked={accepts} onChange={({ target }) => setAccepts(target.checked)} />{' '}
            {refused > 0
              ? `Leave out ${counted(refused, 'case')} with errors${warnings ? ', and accept the warnings' : ''}`
              : 'I have read the warnings and accept them'}
          </label>
        </div>
      ) : null}
      <p className="actions">
        <button type="submit" className="btn primary" disabled={!isReady}>
          Seal {counted(report.accepted, 'case')} and upload
        </button>
        <button type="button" className="linkish" onClick={sealing.chooseAgain}>
          Choose another folder
        </button>
      </p>
    </form>
  );
}

function Stopped({
  state,
  sealing,
}: {
  state: Extract<Sealing['state'], { is: 'stopped' }>;
  sealing: Sealing;
}) {
  return (
    <div className={state.problem ? 'refusal' : 'done-note'} role={state.problem ? 'alert' : 'status'}>
      <p className="pre-line">
        <b>{state.problem ? 'Stopped.' : 'Paused.'}</b>{' '}
        {state.problem ?? 'Sealed cases and uploaded parts are kept in this browser and on the site.'}
      </p>
      <p className="actions">
        {state.canContinue ? (
          <button type="button" className="btn primary" onClick={sealing.resume}>
            Continue
          </button>
        ) : null}
        <button type="button" className="linkish" onClick={sealing.discard}>
          Cancel and discard the sealed cases
        </button>
      </p>
    </div>
  );
}
