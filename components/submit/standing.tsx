import type { SubmitView } from '#lib/api/pages/submit.ts';
import { groupProblem } from '#lib/domain/registrations/groups.ts';

/** What a registered team still lacks for a phase, and the group that the organizers have put it into. */
export function Standing({ view, team }: { view: SubmitView; team: SubmitView['teams'][number] }) {
  const { registration, name } = team;
  if (registration?.state !== 'APPROVED') return null;
  const closed = view.rules.flatMap((rules) => {
    const problem = groupProblem(rules, registration.group);
    const phase = view.phases.find(({ slug }) => slug === rules.phaseSlug);
    return problem === null || !phase ? [] : [{ slug: phase.slug, title: phase.title, problem }];
  });
  if (registration.group === '' && closed.length === 0) return null;
  return (
    <section className="register">
      <h2>{name} is registered</h2>
      {registration.group === '' ? null : <p className="soft">Group: {registration.group}</p>}
      {closed.map(({ slug, title, problem }) => (
        <p key={slug} className="soft narrow-text">
          <b>{title}:</b> {problem}
        </p>
      ))}
    </section>
  );
}
