import { z } from 'zod';
import { uploadFile } from '#cli/site/upload.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';

/** What the site refused, in its own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const tokenSchema = z.object({ token: z.string() });
const teamSchema = z.object({ team: z.object({ slug: z.string() }) });
const imageSchema = z.object({ image: z.object({ id: z.string(), bytes: z.number() }) });
const createdSchema = z.object({ submission: z.object({ id: z.string(), url: z.string() }) });
const runnersSchema = z.array(z.object({ name: z.string(), recipient: z.string(), lastSeenAt: z.string() }));

const submissionSchema = z.object({
  id: z.string(),
  evaluation: z.object({
    state: z.enum(['QUEUED', 'RUNNING', 'SCORED', 'FAILED', 'CANCELLED']),
    caseCount: z.number(),
    scored: z.number(),
    failed: z.number(),
    waitsFor: z.string().nullable(),
    error: z.object({ code: z.string(), meaning: z.string() }).nullable(),
  }),
});
export type Submission = z.infer<typeof submissionSchema>;

const leaderboardSchema = z.object({
  phase: z.object({ slug: z.string(), title: z.string(), caseCount: z.number().nullable() }),
  caseCount: z.number(),
  decimals: z.number(),
  metrics: z.array(z.object({ metric: z.string(), label: z.string(), unit: z.string() })),
  rows: z.array(
    z.object({
      teamSlug: z.string(),
      teamName: z.string(),
      algorithm: z.string(),
      rank: z.number(),
      rankRange: z.tuple([z.number(), z.number()]),
      failed: z.number(),
      scores: z.array(
        z.object({ mean: z.number().nullable(), interval: z.tuple([z.number(), z.number()]).nullable() }),
      ),
    }),
  ),
});
export type Leaderboard = z.infer<typeof leaderboardSchema>;

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
    await this.post('/api/v1/users', { name, email, password });
  }

  async createToken(account: { email: string; password: string }, name: string): Promise<string> {
    const { email, password } = account;
    return tokenSchema.parse(await this.post('/api/v1/tokens', { email, password, name })).token;
  }

  /** Whether the site knows this token: a page for organizers refuses a team (403), and a stranger otherwise. */
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
    return teamSchema.parse(await this.post('/api/v1/teams', { name })).team.slug;
  }

  async createChallenge(definition: ChallengeDefinition): Promise<void> {
    await this.post('/api/v1/challenges', definition);
  }

  async register(challenge: string, team: string): Promise<void> {
    await this.post(`/api/v1/challenges/${challenge}/registrations`, { team });
  }

  async uploadImage(
    place: { team: string; challenge: string; phase: string },
    file: string,
    onProgress: (sentBytes: number, totalBytes: number) => void,
  ): Promise<{ id: string; bytes: number }> {
    const url = new URL(`/api/v1/images?${new URLSearchParams(place)}`, this.url);
    const headers = { 'x-file-name': encodeURIComponent(file.slice(file.lastIndexOf('/') + 1)) };
    const answer = await uploadFile({ url, token: this.token ?? '', file, headers, onProgress });
    return imageSchema.parse(answer).image;
  }

  async submit(submission: {
    challenge: string;
    phase: string;
    team: string;
    imageId: string;
    algorithm: string;
  }): Promise<string> {
    return createdSchema.parse(await this.post('/api/v1/submissions', submission)).submission.id;
  }

  async submission(id: string): Promise<Submission> {
    return submissionSchema.parse(JSON.parse(await this.get(`/api/v1/submissions/${id}`)));
  }

  async runners(): Promise<z.infer<typeof runnersSchema>> {
    return runnersSchema.parse(JSON.parse(await this.get('/api/v1/runners')));
  }

  /** The leaderboard as the site sends it, and parsed; null where there is no such phase. */
  async leaderboard(
    challenge: string,
    phase: string,
  ): Promise<{ text: string; leaderboard: Leaderboard } | null> {
    try {
      const text = await this.get(`/api/v1/challenges/${challenge}/phases/${phase}/leaderboard`);
      return { text, leaderboard: leaderboardSchema.parse(JSON.parse(text)) };
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null;
      throw error;
    }
  }

  private get(path: string): Promise<string> {
    return this.request(path, {});
  }

  private async post(path: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return JSON.parse(await this.request(path, { method: 'POST', body: JSON.stringify(body), headers }));
  }

  private async request(path: string, init: RequestInit): Promise<string> {
    const headers = new Headers(init.headers);
    if (this.token) headers.set('authorization', `Bearer ${this.token}`);
    const response = await fetch(new URL(path, this.url), { ...init, headers });
    const text = await response.text();
    if (response.ok) return text;
    const refusal = refusalSchema.safeParse(safeJson(text));
    if (refusal.success)
      throw new Refusal(response.status, refusal.data.error.code, refusal.data.error.message);
    throw new Error(`${init.method ?? 'GET'} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
