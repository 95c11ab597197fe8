import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildExampleScorer } from '#examples/scorers/build.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { tarOf } from '#test/support/images/tar.ts';
import { pngFile } from '#test/support/imaging/picture-files.ts';
import { mountsBelow } from '#test/support/mounts.ts';
import { engineGet } from '#test/support/sandbox/arena.ts';
import { type StartedTry, startTry } from '#test/support/try-command.ts';

const TASK = {
  inputs: [
    { slug: 'photo', title: 'Photo', kind: 'Image', relative_path: 'images/photo', format: 'png' },
    { slug: 'note', title: 'Note', kind: 'TXT', relative_path: 'note.txt' },
  ],
  outputs: [
    { slug: 'labels', title: 'Labels', kind: 'Segmentation', relative_path: 'images/labels', format: 'png' },
  ],
  scoring: {
    kind: 'container',
    metrics: [
      { name: 'dice', title: 'Dice', better: 'higher', worst: 0, range: [0, 1], case: 'dice' },
      { name: 'mean_dice', title: 'Mean Dice', better: 'higher', worst: 0, aggregate: 'dice.mean' },
    ],
    limits: { memoryMib: 1024, timeLimitSeconds: 60 },
  },
};

const labels = (...pixels: number[]) => pngFile({ width: 4, height: 3, pixels });
const PREDICTED = labels(0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
/** Label 1: 2·2 / (4 + 2). Label 2 is missed. */
const OTHER = labels(0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2);
const TRUTHS = { 'a.png': PREDICTED, 'b.png': OTHER, 'c.png': OTHER };
const WRITE_LABELS = 'mkdir -p /output/images/labels && cp /labels.png /output/images/labels/mine.png';
const engine = openEngine();

let folder: string;
let scorer: string;
let truth: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-cli-try-scorer-'));
  for (const name of ['tmp', 'ab', 'abc', 'truth']) await mkdir(path.join(folder, name));
  truth = path.join(folder, 'truth');
  for (const [name, bytes] of Object.entries(TRUTHS)) await writeFile(path.join(truth, name), bytes);
  for (const [at, name] of ['a', 'b', 'c'].entries()) {
    for (const data of name === 'c' ? ['abc'] : ['ab', 'abc']) {
      await writeFile(path.join(folder, data, `${name}.png`), labels(...new Array(12).fill(at)));
      await writeFile(path.join(folder, data, `${name}.txt`), `this is ${name}\n`);
    }
  }
  await writeFile(path.join(folder, 'task.json'), JSON.stringify(TASK));
  scorer = path.join(folder, 'scorer.tar');
  await buildExampleScorer(scorer, { env: [`TEST=${path.basename(folder)}`] });
});
afterEach(async () => {
  expect(readdirSync(path.join(folder, 'tmp'))).toEqual([]);
  expect(mountsBelow(folder)).toEqual([]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function shellImage(script: string): Promise<string> {
  const file = path.join(folder, `image-${count++}.tar`);
  const files = [
    { path: 'labels.png', mode: 0o644, content: PREDICTED },
    // Makes the image unique, because an image shared with another test would stay in the engine.
    { path: 'test', mode: 0o644, content: Buffer.from(path.basename(folder)) },
  ];
  await buildShellImage(file, { script, files });
  return file;
}

function start(image: string, data: 'ab' | 'abc', ...args: readonly string[]): StartedTry {
  const reading = ['--layout', 'pattern', '--input', 'photo={id}.png', '--input', 'note={id}.txt'];
  const common = ['--data', path.join(folder, data), '--task', path.join(folder, 'task.json'), ...reading];
  return startTry([image, ...common, ...args], { TMPDIR: path.join(folder, 'tmp') });
}

async function tryJson(script: string, data: 'ab' | 'abc', ...args: readonly string[]) {
  const ended = await start(await shellImage(script), data, '--json', '-', ...args).ended;
  return { ...ended, report: ended.stdout === '' ? null : JSON.parse(ended.stdout) };
}

type Listed = { case: string; status: string; metrics: Record<string, number> };
const scoresOf = (cases: Listed[]) =>
  cases.map(({ case: name, status, metrics }) => [name, status, metrics['dice']]);

describe('heldout try --scorer', () => {
  it('runs the organizer’s scorer on the outputs and a folder of truth', async () => {
    const { status, stderr, report } = await tryJson(
      `${WRITE_LABELS}; cat /input/note.txt`,
      'ab',
      ...['--scorer', scorer, '--ground-truth', truth],
    );
    expect([status, report?.verdict]).toEqual([0, 'passed']);
    expect(scoresOf(report.cases)).toEqual([
      ['a', 'scored', 1],
      ['b', 'scored', expect.closeTo(1 / 3, 12)],
    ]);
    expect(report.scorer).toEqual({
      seconds: expect.any(Number),
      aggregates: { mean_dice: expect.closeTo(2 / 3, 12) },
      problem: null,
    });
    expect(report.scorer.seconds).toBeGreaterThan(0);
    expect(stderr).toContain('  a  valid  ');
    expect(stderr).toMatch(
      /\nScorer {2}2 of 2 cases {2}\d+\.\d\d s\n {2}a \(case-0000\) {2}dice 1\.000\n {2}b \(case-0001\) {2}dice 0\.333\n/,
    );
    expect(stderr).toMatch(
      /\n {2}all cases {2}mean_dice 0\.667\n {2}\| .*case-0000: 1\.000\n {2}\| .*case-0001: 0\.333\n/,
    );
  });

  it('counts failed cases as the declared worst; a server with an archive of the truth', async () => {
    const archive = path.join(folder, 'truth.tar.gz');
    const files = Object.entries(TRUTHS).map(([name, content]) => ({ name, content }));
    await writeFile(archive, gzipSync(await tarOf(files)));
    const server = path.join(folder, 'server.tar');
    await buildExampleScorer(server, { method: 'invoke', env: [`TEST=${path.basename(folder)}`] });
    const { status, stderr, report } = await tryJson(
      `if grep -q 'is c' /input/note.txt; then exit 3; fi; ${WRITE_LABELS}`,
      'abc',
      ...['--scorer', server, '--ground-truth', archive],
    );
    expect([status, report?.verdict]).toEqual([1, 'failed']);
    expect(scoresOf(report.cases)).toEqual([
      ['a', 'scored', 1],
      ['b', 'scored', expect.closeTo(1 / 3, 12)],
      ['c', 'failed', 0],
    ]);
    expect(report.scorer).toMatchObject({ aggregates: { mean_dice: 0 }, problem: null });
    expect(stderr).toContain(
      '  c (case-0002)  dice 0.000, failed: the worst values\n  all cases  mean_dice 0.000\n',
    );
  });

  it('shows why the scorer failed, with its log', async () => {
    const { status, stderr, report } = await tryJson(WRITE_LABELS, 'ab', '--scorer', scorer);
    expect([status, report?.verdict]).toEqual([1, 'failed']);
    expect(scoresOf(report.cases)).toEqual([
      ['a', 'valid', undefined],
      ['b', 'valid', undefined],
    ]);
    const problem = 'The scorer failed (EXIT_NONZERO). The program exited with code 1.';
    expect(report.scorer).toEqual({ seconds: expect.any(Number), aggregates: {}, problem });
    expect(stderr).toContain(`  ${problem}\n  | `);
    expect(stderr).toContain('ENOENT');
    expect(stderr).toMatch(/Failed: 2 of 2 cases have valid outputs, but the scorer failed\.\n$/);
  });

  it('gives the scorer the truth of single cases, too', async () => {
    await mkdir(path.join(folder, 'ab', 'truths'));
    for (const name of ['a', 'b']) await writeFile(path.join(folder, 'ab', 'truths', `${name}.png`), OTHER);
    const list = await shellImage('cd /opt/ml/input/data/ground_truth; find . -type f | sort; exit 1');
    const ofCases = ['--truth', 'labels=truths/{id}.png'];
    const { stderr } = await tryJson(
      WRITE_LABELS,
      'ab',
      '--scorer',
      list,
      '--ground-truth',
      truth,
      ...ofCases,
    );
    const found = ['a.png', 'b.png', 'c.png', 'case-0000/a.png', 'case-0001/b.png'];
    expect(stderr).toContain(found.map((name) => `  | ./${name}\n`).join(''));
  });

  it('removes the scorer’s image when it has ended', async () => {
    const slow = await shellImage('sleep 2; echo boom >&2; exit 4');
    const running = start(await shellImage(WRITE_LABELS), 'ab', '--scorer', slow);
    const { image } = await scoringContainer(running);
    expect(await engine.imageExists(image)).toBe(true);
    const { status, stdout } = await running.ended;
    expect(status).toBe(1);
    expect(stdout).toContain(
      '  The scorer failed (EXIT_NONZERO). The program exited with code 4.\n  | boom\n',
    );
    expect(await engine.imageExists(image)).toBe(false);
  });

  it('doesn’t run the scorer if no case has outputs', async () => {
    const idle = await shellImage('echo never');
    const { stderr, report } = await tryJson('exit 3', 'ab', '--scorer', idle);
    expect(report.scorer).toEqual({ seconds: 0, aggregates: { mean_dice: 0 }, problem: null });
    expect(scoresOf(report.cases)).toEqual([
      ['a', 'failed', 0],
      ['b', 'failed', 0],
    ]);
    expect(stderr).toContain('\nScorer  0 of 2 cases  not run\n');
  });

  it('checks the outputs alone without a scorer, and says so', async () => {
    const { status, stderr, report } = await tryJson(WRITE_LABELS, 'ab');
    expect([status, report?.scorer]).toEqual([0, null]);
    expect(scoresOf(report.cases)).toEqual([
      ['a', 'valid', undefined],
      ['b', 'valid', undefined],
    ]);
    expect(stderr).toContain('Passed: 2 of 2 cases have valid outputs.\nThere are no scores, because');
  });

  it('refuses a scorer or a truth that can’t be used before anything runs', async () => {
    const damaged = path.join(folder, 'damaged.tar');
    await writeFile(damaged, (await readFile(scorer)).subarray(0, 70_000));
    const link = path.join(folder, 'link.tar');
    await writeFile(link, await tarOf([{ name: 'a.png', type: 'symlink', linkname: '/etc/passwd' }]));
    const algorithm = await shellImage('echo must not run');
    for (const [args, message] of [
      [['--scorer', damaged], `The scorer ${damaged} can't be used (IMAGE_INVALID): `],
      [['--scorer', path.join(folder, 'nowhere.tar')], 'nowhere.tar doesn’t exist.'],
      [['--scorer', scorer, '--ground-truth', path.join(folder, 'nowhere')], "nowhere can't be read: ENOENT"],
      [['--scorer', scorer, '--ground-truth', link], `${link}: The truth archive contains "a.png"`],
    ] as const) {
      const ended = await start(algorithm, 'ab', ...args).ended;
      expect([ended.status, ended.stdout, ended.stderr]).toEqual([1, '', expect.stringContaining(message)]);
    }
  });

  it('Ctrl+C while the scorer runs removes its container and its image', async () => {
    const running = start(
      await shellImage(WRITE_LABELS),
      'ab',
      ...['--scorer', await shellImage('sleep 100')],
    );
    const { id, image } = await scoringContainer(running);
    // Outputs wait on the disk, not in memory; afterEach checks that they are removed.
    const [run] = readdirSync(path.join(folder, 'tmp'));
    const outputs = path.join(folder, 'tmp', run!, 'outputs');
    expect(readdirSync(outputs).sort()).toEqual(['case-0000.tar', 'case-0001.tar']);
    process.kill(-(running.child.pid as number), 'SIGINT');
    expect((await running.ended).status).toBe(130);
    expect((await engine.listContainers('heldout.runner')).map((one) => one.id)).not.toContain(id);
    expect(await engine.imageExists(image)).toBe(false);
  });

  it('the next run removes what a run that was killed while it scored has left', async () => {
    const killed = start(
      await shellImage(WRITE_LABELS),
      'ab',
      ...['--scorer', await shellImage('sleep 101')],
    );
    const { image } = await scoringContainer(killed);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await engine.imageExists(image)).toBe(true);
    const { status, stdout } = await start(await shellImage(WRITE_LABELS), 'ab').ended;
    expect(status).toBe(0);
    // The scorer and what holds its image; the algorithm’s image is gone by then.
    expect(stdout.split('\n')[0]).toBe(
      'Removed the remains of an earlier run that was killed: 2 containers, 2 mounts, 1 folder, 1 image.',
    );
    expect(await engine.imageExists(image)).toBe(false);
  });
});

/** As soon as the scorer runs. */
async function scoringContainer({ child }: StartedTry): Promise<{ id: string; image: string }> {
  const listed = async () =>
    (await engine.listContainers('heldout.runner')).filter(
      ({ name, running }) => running && name.includes(`-${child.pid}-`) && name.includes('-scorer-'),
    );
  await expect.poll(listed, { timeout: 30_000 }).toHaveLength(1);
  const [{ id } = { id: '' }] = await listed();
  const all = await engineGet<{ Id: string; ImageID: string }[]>('/containers/json?all=true');
  return { id, image: all.find((one) => one.Id === id)?.ImageID ?? '' };
}
