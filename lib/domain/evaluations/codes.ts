import { SAVE_COMMAND } from '#lib/domain/submissions/save-command.ts';

/**
 * The closed list of reasons why an evaluation or a case has no score.
 *
 * A submission error counts against the team and comes with what to do about it. After a platform error, the
 * evaluation is retried, and the team loses nothing. A hidden phase returns nothing but these codes, a count and
 * the scores that the phase discloses.
 */

export const SUBMISSION_ERROR_CODES = [
  'IMAGE_INVALID',
  'IMAGE_TOO_LARGE',
  'NO_ENTRYPOINT',
  'START_FAILED',
  'EXIT_NONZERO',
  'OUT_OF_MEMORY',
  'TIME_LIMIT',
  'PIDS_LIMIT',
  'NO_OUTPUT',
  'OUTPUT_TOO_LARGE',
  'OUTPUT_UNSAFE',
  'UNREADABLE',
  'SHAPE',
  'AFFINE',
  'NOT_BINARY',
  'NOT_FINITE',
  'INVALID_VALUE',
  'HEALTH_TIMEOUT',
] as const;
export type SubmissionErrorCode = (typeof SUBMISSION_ERROR_CODES)[number];

export const PLATFORM_ERROR_CODES = [
  'ENGINE_LOST',
  'DISK_FULL',
  'LEASE_EXPIRED',
  'RUNNER_STOPPED',
  'SCORER_FAILED',
  'INTERNAL',
] as const;
export type PlatformErrorCode = (typeof PLATFORM_ERROR_CODES)[number];

export type ErrorCode = SubmissionErrorCode | PlatformErrorCode;

export function isSubmissionErrorCode(code: string): code is SubmissionErrorCode {
  return (SUBMISSION_ERROR_CODES as readonly string[]).includes(code);
}

export function isPlatformErrorCode(code: string): code is PlatformErrorCode {
  return (PLATFORM_ERROR_CODES as readonly string[]).includes(code);
}

/** What a code means, in one sentence, and what to do about it, step by step. */
export interface ErrorExplanation {
  meaning: string;
  steps: readonly string[];
}

export const ERROR_EXPLANATIONS: Readonly<Record<ErrorCode, ErrorExplanation>> = {
  IMAGE_INVALID: {
    meaning: 'The image archive, or the model archive submitted with it, can’t be loaded.',
    steps: [
      `Build for linux/amd64 (\`docker build --platform linux/amd64\`, also on a Mac) and save that one image by its tag: \`${SAVE_COMMAND}\`.`,
      'If you did this, the archive was damaged on the way: compare its SHA-256 with the one on the submission’s page and upload it again.',
      'If the message is about the label `org.grand-challenge.api-method`, the image is built for another contract than the phase’s: build it for the phase’s, and correct or remove the label.',
      'A model archive is a tar file (plain, gzip or zstd) of files and folders. Its links must point to files inside it.',
    ],
  },
  IMAGE_TOO_LARGE: {
    meaning: 'The image, or the model archive submitted with it, is larger than this phase allows.',
    steps: [
      'Find large layers with `docker history IMAGE`.',
      'Leave out build tools and caches: use a multi-stage build, and copy only what the program needs into the last stage.',
    ],
  },
  NO_ENTRYPOINT: {
    meaning: 'The image has neither an ENTRYPOINT nor a CMD, so there is nothing to run.',
    steps: ['Add `ENTRYPOINT ["…"]` to your Dockerfile, then build, save and upload the image again.'],
  },
  START_FAILED: {
    meaning: 'The container couldn’t be started: its entry point doesn’t exist or isn’t executable.',
    steps: [
      'Run the image on your machine as a user and a group other than root: `docker run --user 10001:10001 --read-only IMAGE:TAG`. With `--user 10001` alone, Docker uses root’s group, which hides missing permissions.',
      'Check that the entry point is an absolute path, that every user may execute it, and that its interpreter is in the image.',
      'Check that the image is built for linux/amd64 (`docker build --platform linux/amd64`).',
    ],
  },
  EXIT_NONZERO: {
    meaning:
      'The program exited with an error, or its server answered POST /invoke with a status other than 201.',
    steps: [
      'Run it in the same sandbox on your own data (`heldout try`), and read its log.',
      'Common causes: writing outside /output and /tmp (everything else is read-only), using the network (there is none), needing root or root’s group (it runs as an unprivileged user, in no group of root).',
      'A server must run until it is stopped, and answer each POST /invoke with 201 once the outputs are written.',
      'In an open phase, the submission’s page shows the log. Submit the same image there first.',
    ],
  },
  OUT_OF_MEMORY: {
    meaning: 'The container exceeded the memory limit of this phase and was stopped.',
    steps: [
      'The limit is in HELDOUT_MEMORY_BYTES. Files in /tmp and /dev/shm count toward it.',
      'Load one image at a time, use float32 instead of float64, and reduce the number of workers.',
    ],
  },
  TIME_LIMIT: {
    meaning: 'The container was still working on a case at the time limit and was stopped.',
    steps: [
      'Run it in the same sandbox with the same limits on your own data (`heldout try`), and find the slow cases.',
      'Read HELDOUT_CPUS: `os.cpu_count()` returns the CPUs of the whole host, so it starts too many threads.',
      'Set a time budget in your program, and write the result you have when it runs out.',
    ],
  },
  PIDS_LIMIT: {
    meaning: 'The container tried to start more processes or threads than this phase allows.',
    steps: [
      'Set the number of workers and threads from HELDOUT_CPUS (OMP_NUM_THREADS is already set to it).',
      'Wait for the processes that you start, so that they don’t remain as zombies.',
    ],
  },
  NO_OUTPUT: {
    meaning: 'The program exited without an error but didn’t write an expected output.',
    steps: [
      'The submit page of the phase shows what to write where. An image is exactly one file, with any name, in its own folder below /output; in a batch, one file per case under its BIDS name.',
      'Write an empty result if you find nothing: a missing file counts as a failure.',
    ],
  },
  OUTPUT_TOO_LARGE: {
    meaning: 'The output is larger than this phase allows.',
    steps: [
      'Write only the outputs of the task to /output, images compressed: labels as uint8, probabilities as float32. Use /tmp for temporary files.',
    ],
  },
  OUTPUT_UNSAFE: {
    meaning:
      'An output isn’t one regular file: it is a link, a pipe or a device, or there are several files.',
    steps: ['Write each output as one regular file, not as a symbolic or hard link.'],
  },
  UNREADABLE: {
    meaning: 'An output isn’t a readable image.',
    steps: [
      'Write it with a library (nibabel, SimpleITK, Pillow), and let the program exit on its own, so that the file is complete.',
      'Write one 3-D volume, or one gray picture, of integers or floats: no RGB, no complex numbers, no time axis.',
      'The values of a probability map must be between 0 and 1: clip the map before you write it.',
    ],
  },
  SHAPE: {
    meaning: 'An output doesn’t have the same shape as the input image that it belongs to.',
    steps: [
      'Resample or pad the result back to the grid of the input before you write it.',
      'Copy shape and affine from the input image. SimpleITK arrays are indexed z, y, x, and nibabel arrays x, y, z: transpose when you convert between them.',
    ],
  },
  AFFINE: {
    meaning:
      'An output has the shape of the input image that it belongs to but a different position in space.',
    steps: ['Copy the affine (origin, spacing and direction) from the input image when you write the file.'],
  },
  NOT_BINARY: {
    meaning: 'A segmentation contains values that aren’t integer labels: it looks like a probability map.',
    steps: ['Threshold it before you write it: `mask = (probability > 0.5).astype(numpy.uint8)`.'],
  },
  NOT_FINITE: {
    meaning: 'An output image contains NaN or infinity.',
    steps: [
      'Find the division by zero (an empty or constant image is the usual cause), and write 0 in that case.',
    ],
  },
  INVALID_VALUE: {
    meaning: 'A value that the program wrote isn’t JSON of the kind that the phase asks for.',
    steps: [
      'Write the value alone, as JSON: `0.75`, `3`, `true` or `"left"`, not an object around it.',
      'NaN and Infinity are no JSON, although Python writes them: `json.dumps(value, allow_nan=False)` finds them.',
      'The submit page of the phase says where each value belongs and of which kind it is.',
    ],
  },
  HEALTH_TIMEOUT: {
    meaning: 'The server in the container didn’t answer GET /health with 200 in time.',
    steps: [
      'Listen on 0.0.0.0:4743, and answer /health with 200 only once the model is loaded.',
      'Load the model from the image or the model archive: there is no network to download it from.',
      'In an open phase, the submission’s page shows the end of the log. Submit the same image there first.',
    ],
  },
  ENGINE_LOST: {
    meaning: 'The runner’s container engine stopped responding.',
    steps: ['You don’t need to do anything: the evaluation is retried automatically and uses no quota.'],
  },
  DISK_FULL: {
    meaning: 'The runner ran out of disk space.',
    steps: ['You don’t need to do anything: the evaluation is retried automatically and uses no quota.'],
  },
  LEASE_EXPIRED: {
    meaning: 'The runner stopped responding during the evaluation.',
    steps: ['You don’t need to do anything: another runner takes over, and the retry uses no quota.'],
  },
  RUNNER_STOPPED: {
    meaning: 'The runner was stopped for maintenance.',
    steps: ['You don’t need to do anything: the evaluation resumes automatically and uses no quota.'],
  },
  SCORER_FAILED: {
    meaning:
      'The organizers’ scorer failed, not the container. What the container wrote is kept, and it doesn’t run again.',
    steps: [
      'You don’t need to do anything: the submission uses no quota and gets its score as soon as the organizers have repaired their scorer.',
    ],
  },
  INTERNAL: {
    meaning: 'Something went wrong in Heldout. The organizers can see this error.',
    steps: [
      'You don’t need to do anything: it uses no quota. If it lasts longer than a day, contact the organizers.',
    ],
  },
};

/** The submission can’t be evaluated because of what the team sent. Returned or thrown; never a bug. */
export class SubmissionError extends Error {
  readonly code: SubmissionErrorCode;
  constructor(code: SubmissionErrorCode, message: string) {
    super(message);
    this.name = 'SubmissionError';
    this.code = code;
  }
}

/** The platform failed: retried, never charged to the team. */
export class PlatformError extends Error {
  readonly code: PlatformErrorCode;
  constructor(code: PlatformErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlatformError';
    this.code = code;
  }
}

/**
 * Found during an evaluation: this runner can never support the phase, so a retry here is pointless. `needs`
 * completes the sentence "Waits for a runner with …".
 */
export class UnsupportedPhase extends PlatformError {
  readonly needs: string;
  constructor(needs: string, message: string, options?: ErrorOptions) {
    super('DISK_FULL', message, options);
    this.needs = needs;
  }
}

/**
 * The organizers' scorer can't score. The evaluation keeps what was recorded and waits until they import another.
 * `message` is for organizers only: it can hold what the scorer printed.
 */
export class ScorerFailed extends PlatformError {
  constructor(message: string, options?: ErrorOptions) {
    super('SCORER_FAILED', message, options);
  }
}
