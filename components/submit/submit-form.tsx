'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import {
  formatCaseCount,
  formatLate,
  formatWindow,
  takesRehearsals,
  takesSubmissions,
} from '#components/format/phase-labels.ts';
import { QuotaTicks, UsedUpNote } from '#components/submission/quota-ticks.tsx';
import type { SubmitView } from '#lib/api/pages/submit.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';
import { MAX_ALGORITHM_NAME_LENGTH } from '#lib/domain/submissions/algorithm-name.ts';
import { type AskingRules, type Remarks, remarkProblems } from '#lib/domain/submissions/remarks.ts';
import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';
import { mebibytes } from '#lib/domain/units.ts';
import { ArchiveField } from './archive-field.tsx';
import { type ArchiveChoice, archiveProblem, isSent } from './check-archive.ts';
import { askedOf, NO_REMARKS, RemarkFields } from './remark-fields.tsx';
import { UploadProgress } from './upload-progress.tsx';
import { useSending } from './use-sending.ts';

/** Team, phase, algorithm and archives of a new submission. */
export function SubmitForm({ view, asOf }: { view: SubmitView; asOf: string }) {
  const router = useRouter();
  const { sending, busy, send, cancel } = useSending((id) => router.push(`/submissions/${id}`));
  // An organizer rehearses with any team.
  const teams = view.rehearses ? view.teams : view.teams.filter((team) => team.registered);
  const open = phasesToSubmitTo(view);
  const [teamSlug, setTeamSlug] = useState(teams[0]?.slug ?? '');
  const [phaseSlug, setPhaseSlug] = useState(open[0]?.slug ?? '');
  const [algorithm, setAlgorithm] = useState('');
  const [remarks, setRemarks] = useState<Remarks>(NO_REMARKS);
  const [image, setImage] = useState<ArchiveChoice | null>(null);
  const [model, setModel] = useState<ArchiveChoice | null>(null);
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  // Until scripts run, the button would submit a form that can’t carry the file.
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);

  const phase = view.phases.find((entry) => entry.slug === phaseSlug);
  const rules = view.rules.find((entry) => entry.phaseSlug === phaseSlug);
  if (!phase || !rules) return null;
  const isRehearsal = phase.status === 'upcoming';
  const quota = isRehearsal ? undefined : view.quotas[teamSlug]?.[phaseSlug];
  const asked: AskingRules = rules;

  const { imageMib } = rules.limits;
  const imageProblem = image ? archiveProblem(image, 'image', imageMib) : (missing['archive'] ?? null);
  const modelProblem = model ? archiveProblem(model, 'model', imageMib) : null;
  const errors = sending.step === 'refused' ? { ...missing, ...sending.fields } : missing;

  function chooseTeam(slug: string) {
    setTeamSlug(slug);
    // Uploads belong to one team.
    if (image && isSent(image)) setImage(null);
    if (model && isSent(model)) setModel(null);
  }

  function submit(event: React.FormEvent) {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (algorithm.trim() === '')
      missing['algorithm'] = 'Enter the algorithm and its version, for example “nn-cascade 0.9.1”.';
    const given = askedOf(asked, remarks);
    Object.assign(missing, remarkProblems(asked, given));
    if (!image) missing['archive'] = 'Choose an image archive.';
    setMissing(missing);
    if (!image || Object.keys(missing).length > 0 || imageProblem || modelProblem) return;
    void send({
      to: { challenge: view.challengeSlug, phase: phaseSlug, team: teamSlug },
      image,
      model,
      algorithm: algorithm.trim(),
      remarks: given,
    });
  }

  return (
    <form className="form wide-form" onSubmit={submit} noValidate>
      <PhaseChoice
        phases={view.phases}
        open={open}
        chosen={phaseSlug}
        disabled={busy}
        onChoose={setPhaseSlug}
      />
      {phase.status === 'closed' ? (
        <p className="narrow-text">
          <b>{phase.title} has closed.</b> What you submit now is scored and shown as late, but not ranked.
        </p>
      ) : null}
      {isRehearsal ? (
        <p className="narrow-text">
          <b>Rehearsal of {phase.title}.</b> Only organizers see what you submit before the phase opens. It
          uses no quota.
        </p>
      ) : null}
      {teams.length > 1 ? (
        <div className="field">
          <label htmlFor="team">Team</label>
          <select
            id="team"
            value={teamSlug}
            disabled={busy}
            onChange={(event) => chooseTeam(event.target.value)}
          >
            {teams.map((team) => (
              <option key={team.slug} value={team.slug}>
                {team.name}
              </option>
            ))}
          </select>
        </div>
      ) : null}
      {quota ? (
        <div className="field">
          <p className="label">
            Quota of {teams.find((team) => team.slug === teamSlug)?.name} in {phase.title}
          </p>
          <QuotaTicks quota={quota} phase={phase} asOf={asOf} countsToday={false} countsInPhase={false} />
          {view.exceptions
            .filter((one) => one.teamSlug === teamSlug && one.phaseSlug === phaseSlug)
            .map(({ text }) => (
              <p key={text} className="hint">
                The organizers granted your team: {text}.
              </p>
            ))}
        </div>
      ) : null}
      <div className="field">
        <label htmlFor="algorithm">Algorithm and version</label>
        <p className="hint" id="algorithm-hint">
          Shown next to the team name on the leaderboard.
        </p>
        <input
          id="algorithm"
          type="text"
          value={algorithm}
          maxLength={MAX_ALGORITHM_NAME_LENGTH}
          disabled={busy}
          aria-invalid={errors['algorithm'] ? true : undefined}
          aria-describedby={errors['algorithm'] ? 'algorithm-hint algorithm-error' : 'algorithm-hint'}
          onChange={(event) => setAlgorithm(event.target.value)}
        />
        {errors['algorithm'] ? (
          <p className="error" id="algorithm-error" role="alert">
            {errors['algorithm']}
          </p>
        ) : null}
      </div>
      <ArchiveField
        id="archive"
        label="Image archive"
        hint={
          <>
            Create it with <code>{SAVE_COMMAND}</code> for linux/amd64. Formats: .tar, .tar.gz or .tar.zst, at
            most {mebibytes(imageMib)}.
          </>
        }
        choice={image}
        uploads={view.archives[teamSlug]?.image ?? []}
        uploadsLabel="Or choose an image your team uploaded before"
        problem={imageProblem}
        disabled={busy}
        onChoose={setImage}
      />
      <ArchiveField
        id="model"
        label="Model archive (optional)"
        hint={
          <>
            For weights that aren’t in the image. Containers read it at <code>/opt/ml/model</code>. Create it
            with <code>tar -czf model.tar.gz -C FOLDER .</code>, at most {mebibytes(imageMib)}.
          </>
        }
        choice={model}
        uploads={view.archives[teamSlug]?.model ?? []}
        uploadsLabel="Or choose a model your team uploaded before"
        problem={modelProblem}
        disabled={busy}
        onChoose={setModel}
      />
      <RemarkFields
        rules={rules}
        remarks={remarks}
        errors={errors}
        disabled={busy}
        onChange={(name, text) => setRemarks({ ...remarks, [name]: text })}
      />
      {sending.step === 'refused' ? (
        <p className="refusal" role="alert">
          <b>Not submitted.</b> {sending.message}
        </p>
      ) : null}
      <UploadProgress sending={sending} cancel={cancel} />
      <div className="actions">
        <button
          type="submit"
          className="btn primary"
          disabled={!ready || busy || sending.step === 'sent' || quota?.usedUp != null}
        >
          {isRehearsal ? 'Rehearse' : phase.status === 'closed' ? 'Submit late to' : 'Submit to'}{' '}
          {phase.title}
        </button>
      </div>
      {quota ? <UsedUpNote quota={quota} closesAt={phase.closesAt} asOf={asOf} /> : null}
    </form>
  );
}

/** Those that take submissions now, the ones that rank them first. */
function phasesToSubmitTo({ phases, ...view }: SubmitView): PhaseSummary[] {
  return phases
    .filter((phase) => takesSubmissions(phase) || takesRehearsals(phase, view))
    .sort((left, right) => Number(right.status === 'open') - Number(left.status === 'open'));
}

function PhaseChoice({
  phases,
  open,
  chosen,
  disabled,
  onChoose,
}: {
  phases: readonly PhaseSummary[];
  /** Those that the viewer can submit to. */
  open: readonly PhaseSummary[];
  chosen: string;
  disabled: boolean;
  onChoose: (slug: string) => void;
}) {
  return (
    <fieldset className="field" disabled={disabled}>
      <legend>Phase</legend>
      <div className="opts">
        {phases.map((phase) => (
          <label key={phase.slug}>
            <input
              type="radio"
              name="phase"
              value={phase.slug}
              checked={phase.slug === chosen}
              disabled={!open.includes(phase)}
              onChange={() => onChoose(phase.slug)}
            />
            {phase.title}{' '}
            <span className="n">
              {phase.status === 'open'
                ? formatCaseCount(phase)
                : [formatWindow(phase), formatLate(phase)].filter(Boolean).join('; ')}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
