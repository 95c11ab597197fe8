import { gzipSync } from 'node:zlib';
import type { Database } from '#lib/platform/database.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { newScene, unique } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';
import type { CheckedApi, Sent } from './checked-api.ts';

/** Creates users and their data only through the API, as a program does. */

export interface Member {
  token: string;
  team: string;
}

export async function newAccount(api: CheckedApi, name: string) {
  const account = { email: `${unique('person')}@example.org`, password: 'correct horse battery' };
  await api.ok('signUp', { json: { name, ...account } });
  const { token } = await api.ok('createToken', { json: { ...account, name: 'laptop' } });
  return { email: account.email, token };
}

/** Creates the owner of a new team that is registered for the challenge. */
export async function newMember(api: CheckedApi, challenge: string): Promise<Member> {
  const { token } = await newAccount(api, 'Ada');
  const { team } = await api.ok('createTeam', { json: { name: unique('Team') }, token });
  await api.ok('registerTeam', { params: { slug: challenge }, json: { team: team.slug }, token });
  return { token, team: team.slug };
}

/** Creates an administrator; returns their token. */
export async function newAdministrator(api: CheckedApi, owner: Database): Promise<string> {
  const { email, token } = await newAccount(api, 'Olga');
  await owner.user.update({ where: { email }, data: { isAdmin: true } });
  return token;
}

export function archive(of: string): Buffer<ArrayBuffer> {
  return gzipSync(unique(of)) as Buffer<ArrayBuffer>;
}

/** An upload for the phase `test` of a challenge, with a declared length. */
export function upload({ token, team }: Member, challenge: string, body: BodyInit, length: number): Sent {
  const headers = { 'content-length': String(length), 'x-file-name': encodeURIComponent('größe.tar.gz') };
  return { query: { team, challenge, phase: 'test' }, headers, token, body };
}

/** Creates a queued submission to the phase `test` of a challenge, by a new team. */
export async function newSubmission(api: CheckedApi, challenge: string): Promise<Member & { id: string }> {
  const member = await newMember(api, challenge);
  const file = archive('image');
  const { image } = await api.ok('uploadImage', upload(member, challenge, file, file.length));
  const json = { challenge, phase: 'test', team: member.team, imageId: image.id, algorithm: 'empty' };
  const { submission } = await api.ok('createSubmission', { json, token: member.token });
  return { ...member, id: submission.id };
}

/** Creates a scored submission with two cases, one of them failed, in its own challenge. */
export async function newScoredSubmission(api: CheckedApi, database: TestDatabase, kind: 'OPEN' | 'HIDDEN') {
  const { owner } = database;
  const { challengeSlug } = await newScene(owner, { kind, showsCaseScores: true });
  const submission = await newSubmission(api, challengeSlug);
  const { id } = await owner.evaluation.findFirstOrThrow({ where: { submissionId: submission.id } });
  const metrics = { dice: 0.85, volume_difference: 1.5 };
  const log = 'container output';
  await recordScores(database, id, [
    { status: 'SCORED', metrics, log },
    { status: 'FAILED', code: 'EXIT_NONZERO', log },
  ]);
  return { ...submission, challengeSlug };
}
