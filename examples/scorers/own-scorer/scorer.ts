/**
 * Example scorer of an organizer: compares label pictures. It runs as a program that ends, or as a server:
 *
 *   scorer.mjs [exec | invoke] [ROOT] [PORT]
 *
 * The image's label org.grand-challenge.api-method must say which. See docs/organizers/write-a-scorer.md.
 */
import { createServer } from 'node:http';
import { log, logFailure } from '#examples/algorithms/contracts/log.ts';
import { scorePredictions } from './score.ts';

const [method = 'exec', root = '/', port = '4743'] = process.argv.slice(2);

function score(): boolean {
  try {
    scorePredictions(root);
    return true;
  } catch (error) {
    logFailure(error);
    return false;
  }
}

function serve(): void {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const asked = `${request.method} ${request.url}`;
      if (asked === 'GET /health') response.writeHead(200).end();
      else if (asked === 'POST /invoke') response.writeHead(score() ? 201 : 500).end();
      else response.writeHead(404).end();
    });
  });
  server.listen(Number(port), () => log(`listening on port ${port}`));
}

if (method === 'invoke') serve();
else process.exitCode = score() ? 0 : 1;
