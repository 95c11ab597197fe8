import { writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { answerRequests } from '#runner/scoring/workers/answer-requests.ts';
import { type CheckRequest, checkCase } from './check-case.ts';

/** A thread that checks cases; see check-dataset.ts. */
answerRequests(parentPort, (message) =>
  checkCase(message as CheckRequest, (path, sealed) => writeFileSync(path, sealed, { mode: 0o600 })),
);
