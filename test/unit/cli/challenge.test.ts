import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { challengeCommand } from '#cli/challenge/challenge.ts';
import { problemBody } from '#lib/api/problem.ts';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

let folder: string;
let server: Server;
let site: string;
let printed: string;
let requests: { path: string; token: string | undefined; key: unknown; body: unknown }[];
/** The next answers; then 201. null breaks the connection. */
let answers: ({ status: number; body: unknown } | null)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heldout-challenge-'));
  [printed, requests, answers] = ['', [], []];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  server = createServer(async (request, response) => {
    const body = (await json(request)) as { slug: string };
    const { authorization: token, 'idempotency-key': key } = request.headers;
    requests.push({ path: `${request.method} ${request.url}`, token, key, body });
    const answer = answers.shift();
    if (answer === null) return request.socket.destroy();
    const { status, body: sent } = answer ?? { status: 201, body: { challenge: { slug: body.slug } } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(sent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  vi.restoreAllMocks();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const create = (...args: string[]) =>
  challengeCommand.run(['create', ...args, '--site', site, '--token', 'hld_x']);

function fileOf(content: string): string {
  const file = join(folder, 'challenge.json');
  writeFileSync(file, content);
  return file;
}

describe('heldout challenge create', () => {
  it('sends a template under the given slug and title, and prints what comes next', async () => {
    expect(await create('--template', 'stroke-t1', '--slug', 'mine', '--title', 'Mine')).toBe(0);
    const [request] = requests;
    expect(request).toMatchObject({ path: 'POST /api/v1/challenges', token: 'Bearer hld_x' });
    const sent = challengeDefinitionSchema.parse(request!.body);
    expect(sent).toMatchObject({ slug: 'mine', title: 'Mine', synthetic: true });
    expect(printed).toContain(`${site}/challenges/mine\n`);
    expect(printed).toContain('--phase mine/rehearsal');
    expect(printed).toContain('--phase mine/test');
  });

  it('--print prints a file that it takes back, and sends nothing', async () => {
    await challengeCommand.run(['create', '--template', 'stroke-t1', '--print']);
    expect(requests).toEqual([]);
    const file = fileOf(printed);
    printed = '';
    expect(await create(file, '--json')).toBe(0);
    expect(JSON.parse(printed)).toEqual({
      slug: 'stroke-t1-synthetic',
      address: `${site}/challenges/stroke-t1-synthetic`,
      phases: ['rehearsal', 'test'],
    });
  });

  it('repeats a request whose answer was lost, with the same key', async () => {
    answers = [null];
    await create('--template', 'stroke-t1');
    expect(requests).toHaveLength(2);
    expect(requests[0]!.key).toMatch(/^"[0-9a-f]{32}"$/);
    expect(requests[1]!.key).toBe(requests[0]!.key);
  });

  it('reports what the site says', async () => {
    answers = [{ status: 409, body: problemBody('CONFLICT', 'Conflict', 'There is a challenge "mine".') }];
    await expect(create('--template', 'stroke-t1', '--slug', 'mine')).rejects.toThrow(
      'There is a challenge "mine".',
    );
  });

  it('a site that isn’t there is reported at once', async () => {
    server.close();
    server.closeAllConnections();
    const started = performance.now();
    await expect(create('--template', 'stroke-t1')).rejects.toThrow(/can't be reached.*--site/);
    expect(performance.now() - started).toBeLessThan(900);
  });

  it.each([
    ['{"slug": "A B"}', /slug: .*\n {2}title: is missing/],
    ['[]', /must hold one challenge/],
    ['{', /isn't JSON/],
  ])('refuses the file %s before it is sent', async (content, message) => {
    await expect(create(fileOf(content))).rejects.toThrow(message);
    expect(requests).toEqual([]);
  });

  it.each([
    [['--template', 'strok'], /no template "strok", only stroke-t1/],
    [[], /either --template NAME or one file/],
    [['a.json', '--template', 'stroke-t1'], /either --template NAME or one file/],
    [['nowhere.json'], /nowhere.json can't be read/],
  ])('refuses %j', async (args, message) => {
    await expect(create(...args)).rejects.toThrow(message);
  });
});

it('heldout challenge templates lists them', async () => {
  await challengeCommand.run(['templates']);
  expect(printed).toMatch(/^stroke-t1 +one T1 scan/m);
  printed = '';
  await challengeCommand.run(['templates', '--json']);
  expect(JSON.parse(printed)).toContainEqual({ name: 'stroke-t1', summary: expect.any(String) });
});
