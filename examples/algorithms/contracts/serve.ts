import { createServer } from 'node:http';
import { log, logFailure } from './log.ts';

/**
 * The contract `invoke`: one container for all cases. `GET /health` answers 200 as soon as the server listens
 * (a model would be loaded before). `POST /invoke` answers 201 when the outputs of the case in /input are
 * written, or 500 if that failed; the next case may still succeed.
 */
export function serveCases(port: number, answerCase: () => void): void {
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
      answerCase();
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
