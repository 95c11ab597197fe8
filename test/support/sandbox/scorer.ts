import { declaredMetricsSchema } from '#lib/domain/tasks/declared-metrics.ts';
import { scorerLimitsSchema } from '#lib/domain/tasks/scorer/scorer-limits.ts';
import { type Socket, socketSchema } from '#lib/domain/tasks/sockets.ts';
import type { ScorerCase, ScorerRequest } from '#runner/sandbox/contracts/scorer-input.ts';
import type { LoadedImage } from '#runner/types.ts';

/** A scorer of a shell script that compares each answer with its truth, byte by byte. */

const PHOTO = socketSchema.parse({
  slug: 'photo',
  title: 'Photo',
  kind: 'Image',
  relative_path: 'images/photo',
  format: 'png',
});
export const ANSWER = socketSchema.parse({
  slug: 'answer',
  title: 'Answer',
  kind: 'Anything',
  relative_path: 'answer.json',
});

export const TRUTH = '/opt/ml/input/data/ground_truth';
/** Writes a result for each folder of a case. */
export const COMPARE = `results=
  for folder in /input/*/; do
    pk=$(basename "$folder")
    if cmp -s "$folder/output/answer.json" "${TRUTH}/$pk.json"; then correct=1; else correct=0; fi
    results="$results\${results:+,}{\\"pk\\":\\"$pk\\",\\"correct\\":$correct}"
  done
  echo "{\\"results\\":[$results]}" > /output/metrics.json`;

export const METRICS = declaredMetricsSchema.parse([
  { name: 'correct', title: 'Correct', better: 'higher', worst: 0, range: [0, 1], case: 'correct' },
]);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A case with one answer and its truth. */
export function scorerCase(
  name: string,
  { answer, truth, socket = ANSWER }: { answer: unknown; truth: unknown; socket?: Socket },
): ScorerCase {
  return {
    name,
    open: async () => ({
      inputs: [{ socket: PHOTO, content: { image: { name: `photo of ${name}.png` } } }],
      outputs: [{ socket, fileName: 'answer.json', bytes: encode(answer) }],
      truth: [{ path: `${name}.json`, bytes: encode(truth) }],
    }),
  };
}

let count = 0;

export type ScorerChanges = Partial<Omit<ScorerRequest, 'scoring'>> & {
  scoring?: Partial<Omit<ScorerRequest['scoring'], 'limits'>>;
  limits?: Partial<ScorerRequest['scoring']['limits']>;
};

/** One right and one wrong answer, unless the changes say otherwise. */
export function scorerRequest(
  image: LoadedImage,
  { scoring, limits, ...changes }: ScorerChanges = {},
): ScorerRequest {
  return {
    image,
    requiresGvisor: false,
    cases: [
      scorerCase('a', { answer: 'left', truth: 'left' }),
      scorerCase('b', { answer: 'left', truth: 'right' }),
    ],
    name: `heldout-scorer-test-${process.pid}-${count++}`,
    labels: {},
    signal: new AbortController().signal,
    ...changes,
    scoring: {
      metrics: METRICS,
      perCase: false,
      ...scoring,
      limits: scorerLimitsSchema.parse({
        memoryMib: 128,
        pids: 32,
        timeLimitSeconds: 10,
        outputMib: 8,
        ...limits,
      }),
    },
  };
}
