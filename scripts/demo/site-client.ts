import type { z } from 'zod';
import { hashFile } from '#cli/data/check-files.ts';
import { sendJson } from '#cli/site/send-json.ts';
import { uploadFile } from '#cli/site/upload.ts';
import type { StoredArchive } from '#lib/api/archives.ts';
import type { DatasetView } from '#lib/api/datasets/datasets.ts';
import type { DataAccess, submitDataRequestSchema } from '#lib/api/datasets/requests.ts';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import type { Problem } from '#lib/api/problem.ts';
import { readAnswer } from '#lib/api/read-answer.ts';
import {
  type JsonRoute,
  type PathParameters,
  type ResponseBody,
  ROUTES,
  routeAddress,
} from '#lib/api/routes.ts';
import type { RunnerSummary } from '#lib/api/runners.ts';
import type { createSubmissionRequestSchema, SubmissionView } from '#lib/api/submissions.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';

/** Long enough for any image of the demo. */
const HASH_MS = 60_000;

/** A refusal with the site’s message. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: Problem['code'];
  constructor({ status, code, detail }: Problem) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** The site's HTTP interface, as a team's or an organizer's program uses it. */
export class SiteClient {
  readonly url: string;
  private readonly token: string | null;

  constructor(url: string, token: string | null = null) {
    this.url = url;
    this.token = token;
  }

  as(token: string): SiteClient {
    return new SiteClient(this.url, token);
  }

  async signUp(account: { name: string; email: string; password: string }): Promise<void> {
    const { name, email, password } = account;
    await this.send(ROUTES.signUp, {}, { body: { name, email, password } });
  }

  async createToken(account: { email: string; password: string }, name: string): Promise<string> {
    const { email, password } = account;
    return (await this.send(ROUTES.createToken, {}, { body: { email, password, name } })).token;
  }

  /** Whether the token is valid: the organizers’ route answers 403 to teams and 401 to everyone else. */
  async isSignedIn(): Promise<boolean> {
    try {
      await this.runners();
      return true;
    } catch (error) {
      if (error instanceof Refusal) return error.status === 403;
      throw error;
    }
  }

  async createTeam(name: string): Promise<string> {
    return (await this.send(ROUTES.createTeam, {}, { body: { name } })).team.slug;
  }

  async createChallenge(definition: ChallengeDefinition): Promise<void> {
    await this.send(ROUTES.createChallenge, {}, { body: definition });
  }

  async register(challenge: string, team: string): Promise<void> {
    await this.send(ROUTES.registerTeam, { slug: challenge }, { body: { team } });
  }

  /** Uploads an image, unless the team has uploaded the same file before. */
  async uploadImage(
    place: { team: string; challenge: string; phase: string },
    file: string,
    onProgress: (sentBytes: number, totalBytes: number) => void,
  ): Promise<StoredArchive> {
    const sha256 = await hashFile(file, AbortSignal.timeout(HASH_MS));
    const { images } = await this.send(ROUTES.listImages, {}, { query: { team: place.team } });
    const known = images.find((image) => image.sha256 === sha256);
    if (known) return known;
    const route = ROUTES.uploadImage;
    const url = new URL(routeAddress(route, {}, place), this.url);
    const headers = { 'x-file-name': encodeURIComponent(file.slice(file.lastIndexOf('/') + 1)) };
    return (await uploadFile({ route, url, token: this.token ?? '', file, headers, onProgress })).image;
  }

  async submit(submission: z.input<typeof createSubmissionRequestSchema>): Promise<string> {
    return (await this.send(ROUTES.createSubmission, {}, { body: submission })).submission.id;
  }

  /** A submission of the token's own team. */
  async submission(id: string): Promise<SubmissionView> {
    const submission = await this.send(ROUTES.readSubmission, { id });
    if (submission.audience === 'public') throw new Error(`${id} is another team's submission.`);
    return submission;
  }

  async datasets(challenge: string): Promise<DatasetView[]> {
    return (await this.send(ROUTES.listDatasets, { slug: challenge })).datasets;
  }

  /** Where the token's owner stands with a dataset. */
  async dataAccess(challenge: string, dataset: string): Promise<DataAccess> {
    return (await this.send(ROUTES.readDataRequest, { slug: challenge, dataset })).access;
  }

  async askForData(
    challenge: string,
    dataset: string,
    request: z.input<typeof submitDataRequestSchema>,
  ): Promise<DataAccess> {
    return (await this.send(ROUTES.submitDataRequest, { slug: challenge, dataset }, { body: request }))
      .access;
  }

  async approveData(challenge: string, request: string): Promise<void> {
    const body = { requests: [request], decision: 'approve' };
    await this.send(ROUTES.decideDataRequests, { slug: challenge }, { body });
  }

  async runners(): Promise<RunnerSummary[]> {
    return (await this.send(ROUTES.listRunners, {})).runners;
  }

  /** The leaderboard; null where there is no such phase. */
  async leaderboard(challenge: string, phase: string): Promise<LeaderboardView | null> {
    try {
      return await this.send(ROUTES.readLeaderboard, { slug: challenge, phase });
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  }

  private async send<Route extends JsonRoute>(
    route: Route,
    parameters: PathParameters<Route>,
    { body, query }: { body?: unknown; query?: Record<string, string> } = {},
  ): Promise<ResponseBody<Route>> {
    const url = new URL(routeAddress(route, parameters, query), this.url);
    const { status, text } = await sendJson({ route, url, token: this.token, body });
    const answer = readAnswer(route, status, text);
    if (answer.kind === 'success') return answer.body;
    if (answer.kind === 'problem') throw new Refusal(answer.problem);
    throw new Error(`${route.method} ${url.pathname} answered ${status}: ${text.slice(0, 300)}`);
  }
}
