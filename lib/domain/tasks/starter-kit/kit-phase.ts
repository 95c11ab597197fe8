import type { PhaseRules } from '#lib/domain/phases/settings.ts';

/** What a starter kit is made of. */
export interface KitPhase {
  challenge: { slug: string; title: string };
  phase: { slug: string; title: string };
  rules: PhaseRules;
  /** Of the site, without a slash at the end. */
  origin: string;
}

/** The name that the kit gives the image. */
export function imageTag({ challenge, phase }: Pick<KitPhase, 'challenge' | 'phase'>): string {
  return `${challenge.slug}-${phase.slug}:1`;
}

/** The names are those of the challenge and the phase, so they are safe in a header and on any disk. */
export function kitName({ challenge, phase }: Pick<KitPhase, 'challenge' | 'phase'>): string {
  return `${challenge.slug}-${phase.slug}-starter-kit`;
}

/** A title in one line that can't end the text around it. */
export function plain(title: string): string {
  return title
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .replaceAll('"', '”')
    .replaceAll('\\', '∖');
}
