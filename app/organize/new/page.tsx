import type { Metadata } from 'next';
import { keyField } from '#app/form-key.ts';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import type { NewChallengeView } from '#lib/api/challenges/start.ts';
import { newChallengeView } from '#lib/site/challenges/start-challenge.ts';
import { site } from '#lib/site/site.ts';
import { startChallengeAction } from './actions.ts';

export const metadata: Metadata = { title: 'Create a challenge' };

export default async function NewChallengePage() {
  const view = await orPage(newChallengeView(site(), await currentViewer()), '/organize/new');
  return (
    <main id="main" className="wrap page-top">
      <h1>Create a challenge</h1>
      <p className="soft narrow-text">
        You get a draft that only its organizers see, with the texts, rules and phases of what it starts from.
        No phase opens within a week. Change everything in the settings, import a test set, invite other
        organizers, and publish it when it is ready.
      </p>
      <ActionForm
        action={startChallengeAction}
        fields={[
          await keyField(),
          { name: 'source', label: 'Start from', type: 'select', options: optionsOf(view) },
          { name: 'title', label: 'Title', type: 'text', maxLength: 120 },
          {
            name: 'slug',
            label: 'Slug',
            type: 'text',
            maxLength: 60,
            hint: 'In addresses and citations, as in stroke-t1-2026. It can’t change later.',
          },
        ]}
        submit="Create draft"
        pending="Creating"
      />
    </main>
  );
}

function optionsOf({ templates, challenges }: NewChallengeView) {
  return [
    ...templates.map(({ name, summary }) => ({
      value: `template:${name}`,
      label: `Template ${name}: ${summary}`,
    })),
    ...challenges.map(({ slug, title }) => ({ value: `copy:${slug}`, label: `Copy of ${title} (${slug})` })),
  ];
}
