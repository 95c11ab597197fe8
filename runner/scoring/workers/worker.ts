import { parentPort, workerData } from 'node:worker_threads';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { labelledTruthFacts, truthFacts } from '#runner/scoring/truth-facts.ts';
import { answerRequests } from './answer-requests.ts';
import { requestSchema, type WorkerRequest, workerDataSchema } from './worker-messages.ts';

/** A scoring thread: answers one request at a time. */

const limits = workerDataSchema.parse(workerData);

function answer(request: WorkerRequest): unknown {
  if (request.kind === 'rewrite') return rewriteImage(request.bytes, request.format, limits);
  if (request.kind === 'facts') {
    const { bytes, labels } = request;
    return labels ? labelledTruthFacts(bytes, labels, limits) : truthFacts(bytes, limits);
  }
  const { metrics, labels, probabilityMap, ...job } = request.job;
  return scoreCase(
    {
      ...job,
      ...(metrics === undefined ? {} : { metrics }),
      ...(labels === undefined ? {} : { labels }),
      ...(probabilityMap === undefined ? {} : { probabilityMap }),
    },
    limits,
  );
}

answerRequests(
  parentPort,
  (message) => {
    const value = answer(requestSchema.parse(message));
    return value instanceof Uint8Array ? ownBytes(value) : value;
  },
  (value) => (value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []),
);

/** Returns the bytes in a separate buffer: small Buffers share a pool, which can't be transferred. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
