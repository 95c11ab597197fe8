import { parentPort, workerData } from 'node:worker_threads';
import { rewriteScan } from '#runner/imaging/rewrite.ts';
import { scoreCase } from '#runner/scoring/score-case.ts';
import { labelledTruthFacts, truthFacts } from '#runner/scoring/truth-facts.ts';
import { requestSchema, type WorkerReply, type WorkerRequest, workerDataSchema } from './worker-messages.ts';

/** A scoring thread: answers one request at a time. */

const port = parentPort;
if (port === null) throw new Error('worker.ts must run as a worker thread.');
const limits = workerDataSchema.parse(workerData);

function answer(request: WorkerRequest): unknown {
  if (request.kind === 'rewrite') return rewriteScan(request.bytes, request.format, limits);
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

port.on('message', (message: unknown) => {
  let reply: WorkerReply;
  try {
    reply = { kind: 'done', value: answer(requestSchema.parse(message)) };
  } catch (error) {
    const { message: text, stack = '' } = error as Error;
    reply = { kind: 'threw', message: text, stack };
  }
  if (reply.kind === 'done' && reply.value instanceof Uint8Array) {
    const bytes = ownBytes(reply.value);
    port.postMessage({ ...reply, value: bytes }, [bytes.buffer]);
  } else {
    port.postMessage(reply);
  }
});

/** Returns the bytes in a separate buffer: small Buffers share a pool, which can't be transferred. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
