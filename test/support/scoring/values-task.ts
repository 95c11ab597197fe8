import { type Task, taskSchema } from '#lib/domain/tasks/task.ts';

const value = (slug: string, kind: string) => ({ slug, title: slug, kind, relative_path: `${slug}.json` });

/** A probability per patient, judged by metrics per case (`brier:walks`) and over the set (`auroc:walks`). */
export const VALUES_TASK: Task = taskSchema.parse({
  inputs: [value('age', 'Float')],
  outputs: [value('walks', 'Float')],
  scoring: { kind: 'values', outputs: ['walks'], truthKinds: { walks: 'Bool' } },
});
