import { Fragment } from 'react';
import { takesSubmissions } from '#components/format/phase-labels.ts';
import type { SubmitView } from '#lib/api/pages/submit.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import { describeRanked } from '#lib/domain/phases/phase-metrics.ts';
import { describeRule } from '#lib/domain/phases/rules.ts';
import { ContainerFiles } from './container-files.tsx';

/** The rules of the open phases, or of all phases if none is open. */
function rulesToShow(view: SubmitView): PhaseRules[] {
  const open = view.phases.filter(takesSubmissions).map((phase) => phase.slug);
  return open.length > 0 ? view.rules.filter((rules) => open.includes(rules.phaseSlug)) : view.rules;
}

/** The rules that a container's author needs. */
const CONTAINER_ROWS = [
  'Contract',
  'Input',
  'Output',
  'Limits',
  'Further limits',
  'Isolation',
  'Predictions',
];

/** What containers read and write, once for phases with the same task and contract. */
export function PhaseFiles({ view }: { view: SubmitView }) {
  const shown = rulesToShow(view);
  const groups = [...Map.groupBy(shown, ({ contract, task }) => JSON.stringify([contract, task])).values()];
  return groups.map((group, index) => {
    const { contract, task } = group[0]!;
    const phases = group.map(({ phaseSlug }) => view.phases.find(({ slug }) => slug === phaseSlug)!);
    const of = groups.length === 1 ? '' : `, ${phases.map(({ title }) => title).join(' and ')}`;
    return (
      <ContainerFiles
        key={phases[0]!.slug}
        challenge={view.challengeSlug}
        phases={phases}
        task={task}
        contract={contract}
        id={`files-${index}`}
        title={`What a container reads and writes${of}`}
      />
    );
  });
}

/** Phases with the same rules for containers share a section; what a team sees differs by phase. */
export function RuleFacts({ view }: { view: SubmitView }) {
  const shown = rulesToShow(view).map((rules) => ({
    rules,
    phase: view.phases.find((phase) => phase.slug === rules.phaseSlug),
  }));
  const groups = Map.groupBy(shown, ({ rules }) =>
    [...CONTAINER_ROWS.map((row) => describeRule(rules, row)), describeRanked(rules)].join('\n'),
  );
  return (
    <>
      {[...groups].map(([contents, group]) => (
        <section key={contents}>
          <h2>
            Rules for containers
            {groups.size === 1 ? '' : `, ${group.map(({ phase }) => phase?.title).join(' and ')}`}
          </h2>
          <ContainerFacts rules={group[0]!.rules} />
        </section>
      ))}
      <section>
        <h2>What your team sees</h2>
        <dl className="facts">
          {shown.flatMap(({ rules, phase }) => [
            <dt key={`${rules.phaseSlug} title`}>{phase?.title}</dt>,
            <dd key={rules.phaseSlug}>{describeRule(rules, 'Teams see')}</dd>,
          ])}
        </dl>
      </section>
    </>
  );
}

function ContainerFacts({ rules }: { rules: PhaseRules }) {
  return (
    <dl className="facts">
      {CONTAINER_ROWS.map((row) => (
        <Fragment key={row}>
          <dt>{row}</dt>
          <dd>{describeRule(rules, row)}</dd>
        </Fragment>
      ))}
      <dt>Ranked by</dt>
      <dd>{describeRanked(rules)}</dd>
    </dl>
  );
}
