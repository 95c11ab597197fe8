import type { MessagePort } from 'node:worker_threads';
import type { WorkerReply } from './worker-messages.ts';

/**
 * Answers the requests of a WorkerPool in a thread, one at a time. The buffers that `buffersOf` lists move to the
 * pool's side with the reply.
 */
export function answerRequests<Value>(
  port: MessagePort | null,
  answer: (request: unknown) => Value | Promise<Value>,
  buffersOf: (value: Value) => ArrayBuffer[] = () => [],
): void {
  if (port === null) throw new Error('This module must run as a worker thread.');
  port.on('message', async (message: unknown) => {
    try {
      const value = await answer(message);
      const reply: WorkerReply = { kind: 'done', value };
      port.postMessage(reply, buffersOf(value));
    } catch (error) {
      const { message: text, stack = '' } = error as Error;
      const reply: WorkerReply = { kind: 'threw', message: text, stack };
      port.postMessage(reply);
    }
  });
}
