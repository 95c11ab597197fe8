/**
 * The closed list of reasons why an evaluation or a case did not get a score.
 *
 * A team's fault counts against the team and comes with what to do about it. A platform's fault is ours:
 * the evaluation is run again and never costs the team. Nothing else than these codes, a count and the
 * scores that the phase discloses ever comes back from a hidden phase.
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
  'HEALTH_TIMEOUT',
] as const;
export type SubmissionErrorCode = (typeof SUBMISSION_ERROR_CODES)[number];

export const PLATFORM_ERROR_CODES = [
  'ENGINE_LOST',
  'DISK_FULL',
  'LEASE_EXPIRED',
  'RUNNER_STOPPED',
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
    meaning: 'The image archive, or the model archive sent with it, is not one that we can load.',
    steps: [
      'Build for linux/amd64 (`docker build --platform linux/amd64`, also on a Mac), and save that one image: `docker save IMAGE | gzip > image.tar.gz`.',
      'If it was made so, it was damaged on the way: compare its SHA-256 with the one on the submission’s page and send it again.',
      'A model archive is a tar file (plain, gzip or zstd) of files and folders; its links lead to files inside it.',
    ],
  },
  IMAGE_TOO_LARGE: {
    meaning: 'The image, or the model archive sent with it, is larger than this phase allows.',
    steps: [
      'See which layer is large with `docker history IMAGE`.',
      'Leave out build tools and caches: build in one stage, copy only what runs into the last one.',
    ],
  },
  NO_ENTRYPOINT: {
    meaning: 'The image has neither an ENTRYPOINT nor a CMD, so there is nothing to run.',
    steps: ['Add ENTRYPOINT ["…"] to your Dockerfile, build, save and send it again.'],
  },
  START_FAILED: {
    meaning: 'The container could not be started: its entry point does not exist or is no program.',
    steps: [
      'Run the image on your machine as a user that is not root: `docker run --user 10001 --read-only IMAGE`.',
      'Check that the entry point is an absolute path, is executable for everybody, and that its interpreter is in the image.',
      'Check that the image is built for linux/amd64 (`docker build --platform linux/amd64`).',
    ],
  },
  EXIT_NONZERO: {
    meaning:
      'The program ended with an error, or its server answered POST /invoke with another status than 201.',
    steps: [
      'Run it in the same sandbox on scans that you have (`heldout try`), and read its log.',
      'Typical causes: writing outside /output and /tmp (the rest is read-only), reaching for a network (there is none), needing root (it runs as a plain user).',
      'A server has to run until it is stopped, and to answer each POST /invoke with 201 once the mask is written.',
      'In an open phase the submission’s page shows the log; send the same image there first.',
    ],
  },
  OUT_OF_MEMORY: {
    meaning: 'The container needed more memory than this phase gives and was stopped.',
    steps: [
      'The limit is in HELDOUT_MEMORY_BYTES; what you write to /tmp and /dev/shm counts too.',
      'Load one scan at a time, use float32 rather than float64, and lower the number of workers.',
    ],
  },
  TIME_LIMIT: {
    meaning: 'The container was still working on a scan at the time limit and was stopped.',
    steps: [
      'Run it in the same sandbox with the same limits on scans that you have (`heldout try`), and find the slow one.',
      'Read HELDOUT_CPUS: `os.cpu_count()` sees the whole host and starts too many threads.',
      'Stop at a time budget of your own and write the mask that you have.',
    ],
  },
  PIDS_LIMIT: {
    meaning: 'The container tried to start more processes or threads than this phase allows.',
    steps: [
      'Set the number of workers and threads from HELDOUT_CPUS (OMP_NUM_THREADS is set to it already).',
      'Wait for the processes that you start.',
    ],
  },
  NO_OUTPUT: {
    meaning: 'The program ended without error but left no mask where one is expected.',
    steps: [
      'Write exactly one .nii.gz or .mha file to /output/images/stroke-lesion-segmentation/, under any name; in a batch one .nii.gz for each scan, under its BIDS name.',
      'Write an all-zero mask where you find no lesion: no file counts as a failure.',
    ],
  },
  OUTPUT_TOO_LARGE: {
    meaning: 'The output is larger than this phase allows.',
    steps: [
      'Write the mask as compressed uint8, a probability map as compressed float32, and nothing else to /output; use /tmp for scratch files.',
    ],
  },
  OUTPUT_UNSAFE: {
    meaning:
      'What stands at the output path is no plain file (a link, a pipe, a device), or there are several.',
    steps: ['Write the mask itself there, as a regular file: no symbolic or hard link, and only one.'],
  },
  UNREADABLE: {
    meaning: 'The mask, or the probability map, is no readable NIfTI or MetaImage file.',
    steps: [
      'Write it with a library (nibabel, SimpleITK) and let the program end by itself, so that the file is complete.',
      'Write one 3-D volume of integers or floats: no RGB, no complex numbers, no time axis.',
      'In a probability map every value lies between 0 and 1: clip it before you write it.',
    ],
  },
  SHAPE: {
    meaning: 'The mask, or the probability map, does not have the number of voxels of the scan.',
    steps: [
      'Resample or pad the result back to the grid of the input before you write it.',
      'Copy shape and affine from the input image. SimpleITK’s arrays are z, y, x, those of nibabel x, y, z: transpose on the way from one to the other.',
    ],
  },
  AFFINE: {
    meaning: 'The mask, or the probability map, has the shape of the scan but lies somewhere else in space.',
    steps: ['Copy the affine (origin, spacing and direction) from the input image when you write the file.'],
  },
  NOT_BINARY: {
    meaning:
      'The mask holds values that are neither background nor a label: it looks like a probability map.',
    steps: ['Threshold before writing: `mask = (probability > 0.5).astype(numpy.uint8)`.'],
  },
  NOT_FINITE: {
    meaning: 'The mask, or the probability map, holds NaN or infinity.',
    steps: ['Find the division by zero (an empty or constant scan is the usual cause) and write 0 there.'],
  },
  HEALTH_TIMEOUT: {
    meaning: 'The server in the container did not answer GET /health with 200 in time.',
    steps: [
      'Listen on 0.0.0.0:4743 and answer /health only when the model is loaded.',
      'Load the model from the image: there is no network to fetch it from.',
      'In an open phase the end of its log is shown here; send the same image there first.',
    ],
  },
  ENGINE_LOST: {
    meaning: 'The container engine of the runner stopped answering. This is our fault.',
    steps: ['Nothing to do: the evaluation goes on by itself and costs nothing.'],
  },
  DISK_FULL: {
    meaning: 'The runner had no room left on its disk. This is our fault.',
    steps: ['Nothing to do: the evaluation goes on by itself and costs nothing.'],
  },
  LEASE_EXPIRED: {
    meaning: 'The runner fell silent in the middle of the evaluation. This is our fault.',
    steps: ['Nothing to do: another runner goes on where it was, and it costs nothing.'],
  },
  RUNNER_STOPPED: {
    meaning: 'The runner was stopped for maintenance. This is our fault.',
    steps: ['Nothing to do: the evaluation goes on where it was, and it costs nothing.'],
  },
  INTERNAL: {
    meaning: 'Something in the platform went wrong. This is our fault; the organizers have been told.',
    steps: ['Nothing to do: it has cost nothing. If it stays so for a day, write to the organizers.'],
  },
};

/** Ended because of what the team sent: carried as a value or thrown, never mistaken for a bug. */
export class SubmissionError extends Error {
  readonly code: SubmissionErrorCode;
  constructor(code: SubmissionErrorCode, message: string) {
    super(message);
    this.name = 'SubmissionError';
    this.code = code;
  }
}

/** Ended because of us: retried, never charged to the team. */
export class PlatformError extends Error {
  readonly code: PlatformErrorCode;
  constructor(code: PlatformErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlatformError';
    this.code = code;
  }
}

/**
 * Found while an evaluation ran: this runner can never hold its phase, however often it is tried. `needs` ends the
 * sentence "Waits for a runner with …".
 */
export class UnsupportedPhase extends PlatformError {
  readonly needs: string;
  constructor(needs: string, message: string, options?: ErrorOptions) {
    super('DISK_FULL', message, options);
    this.needs = needs;
  }
}
