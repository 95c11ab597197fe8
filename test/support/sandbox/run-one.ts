import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import type { CaseInput, CaseRun, CasesRequest, ContainerRequest } from '#runner/types.ts';
import { containerRules, type PartialRules } from './container-rules.ts';

/** One case of an image, under the contract `exec` by default. */
export interface OneCase
  extends Omit<ContainerRequest, 'modelFolder' | 'labels' | 'rules'>,
    Partial<Pick<CasesRequest, 'modelFolder' | 'labels'>> {
  rules?: PartialRules;
  input: CaseInput;
  signal: AbortSignal;
}

/** Returns the result of the case; a failure of the whole image is returned like one of the case. */
export async function runOne(sandbox: Sandbox, { input, rules, ...request }: OneCase): Promise<CaseRun> {
  let ended: CaseRun | undefined;
  try {
    await sandbox.runCases({
      modelFolder: null,
      labels: {},
      ...request,
      rules: containerRules(rules),
      parallel: 1,
      cases: [0],
      openCase: async () => input,
      onWorking: async () => undefined,
      onEnded: async (_, run) => {
        ended = run;
      },
    });
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    const { code, message } = error;
    return {
      kind: 'submissionError',
      code,
      message,
      seconds: 0,
      peakMemoryBytes: null,
      exitCode: null,
      log: '',
    };
  }
  if (!ended) throw new Error('The case did not end.');
  return ended;
}
