import { ISLES26_TEMPLATE } from './isles26/challenge.ts';
import { OUTCOME_TEMPLATE } from './outcome/challenge.ts';
import { OWN_SCORER_TEMPLATE } from './own-scorer/challenge.ts';
import { STROKE_MULTIMODAL_TEMPLATE } from './stroke-multimodal/challenge.ts';
import { STROKE_T1_TEMPLATE } from './stroke-t1/challenge.ts';
import type { ChallengeTemplate } from './template.ts';
import { TISSUE_LABELS_TEMPLATE } from './tissue-labels/challenge.ts';

/** In the order in which lists show them. */
export const CHALLENGE_TEMPLATES: readonly ChallengeTemplate[] = [
  STROKE_T1_TEMPLATE,
  ISLES26_TEMPLATE,
  STROKE_MULTIMODAL_TEMPLATE,
  TISSUE_LABELS_TEMPLATE,
  OUTCOME_TEMPLATE,
  OWN_SCORER_TEMPLATE,
];

/** null if there is no template of that name. */
export function templateOf(name: string): ChallengeTemplate | null {
  return CHALLENGE_TEMPLATES.find((template) => template.name === name) ?? null;
}
