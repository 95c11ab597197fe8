import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { UsageError } from '#cli/command.ts';
import { parsePhase, parseSite } from '#cli/site/site-options.ts';
import { DEFAULT_CONTAINER_RULES, findContainerConflict } from '#lib/domain/phases/rules.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import { fetchPhaseRules } from './phase-rules.ts';
import { readSettings, SETTING_FLAGS } from './setting-options.ts';
import type { TryOptions } from './try-image.ts';

export interface TryCall extends Pick<TryOptions, 'imageFile' | 'modelFile' | 'rules'> {
  data: string;
  json: string | undefined;
}

/**
 * What `heldout try` is to do: the rules of a phase, read from its site if one is named, and over them what
 * the options say. Throws UsageError, CommandError.
 */
export async function readTryCall(args: string[]): Promise<TryCall> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      data: { type: 'string' },
      phase: { type: 'string' },
      site: { type: 'string' },
      model: { type: 'string' },
      json: { type: 'string' },
      ...SETTING_FLAGS,
    },
  });
  const { data, phase, site, model, json } = values as Record<string, string | undefined>;
  const imageFile = onlyArgument(positionals, 'image archive');
  if (data === undefined) throw new UsageError('--data FOLDER is missing.');
  // Before the site is asked, so that a typing error is reported at once.
  const { rules: asked, limits } = readSettings(values);
  const base = await readPhaseRules({ phase, site });
  const rules = { ...base, ...asked, limits: { ...base.limits, ...limits } };
  const conflict = findContainerConflict(rules);
  if (conflict) throw new UsageError(conflict.message);
  return { rules, imageFile, modelFile: model ?? null, data, json };
}

async function readPhaseRules({
  phase,
  site,
}: {
  phase: string | undefined;
  site: string | undefined;
}): Promise<ContainerRules> {
  if (phase !== undefined) return fetchPhaseRules(parseSite(site), parsePhase(phase));
  if (site !== undefined) throw new UsageError('--site needs --phase CHALLENGE/PHASE.');
  return DEFAULT_CONTAINER_RULES;
}
