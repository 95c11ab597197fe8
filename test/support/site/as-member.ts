import type { PublicSubmissionView, SubmissionView } from '#lib/api/submissions.ts';

/** The view of a submission that its team and the organizers get. Throws if it is the public’s. */
export function asMember(view: SubmissionView | PublicSubmissionView): SubmissionView {
  if (view.audience === 'public') throw new Error(`${view.id} was shown as to the public.`);
  return view;
}
