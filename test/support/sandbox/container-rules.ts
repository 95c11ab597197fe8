import type { Limits } from '#lib/domain/phases/limits.ts';
import { DEFAULT_CONTAINER_RULES } from '#lib/domain/phases/rules.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';

export type PartialRules = Partial<Omit<ContainerRules, 'limits'>> & { limits?: Partial<Limits> };

/** The rules of a phase with defaults for everything that is not given. */
export function containerRules({ limits, ...rules }: PartialRules = {}): ContainerRules {
  return {
    ...DEFAULT_CONTAINER_RULES,
    ...rules,
    limits: { ...DEFAULT_CONTAINER_RULES.limits, ...limits },
  };
}
