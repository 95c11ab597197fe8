import { createServer } from 'node:http';
import type { Segmenter } from '#examples/algorithms/volumes/scan-file.ts';
import { answerCase } from './case.ts';
import { log, logFailure } from './log.ts';

/**
 * The contract `invoke`: one container for all scans. `GET /health` answers 200 as soon as the server listens
 * (a model would be loaded before). `POST /invoke` answers 201 when the mask of the scan in /input is
 * written, or 500 if that failed; the next scan may still succeed.
 */
export function serveCases(root: string, port: number, segment: Segmenter): void {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const status = answer(`${request.method} ${request.url}`);
      response.writeHead(status).end();
    });
  });
  const answer = (request: string): number => {
    if (request === 'GET /health') return 200;
    if (request !== 'POST /invoke') return 404;
    try {
      answerCase(root, segment);
      return 201;
    } catch (error) {
      logFailure(error);
      return 500;
    }
  };
  server.listen(port, () => {
    const address = server.address();
    log(`listening on port ${typeof address === 'object' ? address?.port : address}`);
  });
}
