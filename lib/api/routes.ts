import { z } from 'zod';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import {
  accountSchema,
  createTokenRequestSchema,
  createTokenResponseSchema,
  signUpResponseSchema,
} from './accounts.ts';
import {
  listArchivesQuerySchema,
  listImagesResponseSchema,
  listModelsResponseSchema,
  uploadArchiveQuerySchema,
  uploadImageResponseSchema,
  uploadModelResponseSchema,
} from './archives.ts';
import {
  appliedDefinitionSchema,
  applyDefinitionRequestSchema,
  storedDefinitionSchema,
} from './challenges/definitions.ts';
import { challengeViewSchema, createChallengeResponseSchema } from './challenges.ts';
import { DATA_REQUEST_ROUTES } from './datasets/request-routes.ts';
import { DATASET_ROUTES } from './datasets/routes.ts';
import { evaluationViewSchema } from './evaluations.ts';
import { figuresQuerySchema, figuresViewSchema } from './leaderboards/figures.ts';
import {
  exportLeaderboardQuerySchema,
  leaderboardQuerySchema,
  leaderboardViewSchema,
} from './leaderboards/leaderboards.ts';
import { NOTIFICATION_ROUTES } from './notifications/routes.ts';
import { RANKING_ROUTES } from './rankings/routes.ts';
import {
  decideRegistrationsRequestSchema,
  decideRegistrationsResponseSchema,
  listRegistrationsQuerySchema,
  listRegistrationsResponseSchema,
} from './registrations.ts';
import { listRunnersQuerySchema, listRunnersResponseSchema } from './runners.ts';
import { importScorerQuerySchema, importScorerResponseSchema } from './scorers.ts';
import {
  changeSubmissionResponseSchema,
  createSubmissionRequestSchema,
  createSubmissionResponseSchema,
  listSubmissionsQuerySchema,
  listSubmissionsResponseSchema,
  readSubmissionResponseSchema,
} from './submissions.ts';
import { TEAM_ROUTES } from './teams/routes.ts';
import { registerTeamRequestSchema, registerTeamResponseSchema } from './teams/teams.ts';
import { TEST_SET_UPLOAD_ROUTES } from './test-sets/routes.ts';
import { hiddenSubjectsResponseSchema, importTestSetResponseSchema } from './test-sets/test-sets.ts';
import { accepted, created, ok } from './values.ts';

export type Method = 'GET' | 'POST' | 'PUT';

/** The response of a route on success. Any other response is a problem (problem.ts). */
export type RouteResponse =
  | { status: 200 | 201 | 202; type: 'application/json'; schema: z.ZodType }
  | {
      status: 200;
      type:
        | 'text/csv'
        | 'text/plain'
        | 'application/ld+json'
        | 'application/yaml'
        | 'application/zip'
        | 'application/octet-stream'
        | 'application/x-bibtex'
        | 'application/x-research-info-systems'
        | 'image/svg+xml'
        | 'image/png';
    }
  /** Schemas of the server-sent events by event name. */
  | { status: 200; type: 'text/event-stream'; events: Readonly<Record<string, z.ZodType>> };

export interface ApiRoute {
  method: Method;
  /** With `{name}` for each parameter, as in OpenAPI. */
  path: `/api/v1/${string}`;
  /** What a request does, in the table of rights: its title, and the scope that a token needs. */
  action: Action;
  query?: z.ZodObject;
  /** The schema of a JSON body, or a file as the raw body. */
  body?: z.ZodType | 'application/octet-stream';
  /** The request creates something, once per Idempotency-Key (idempotency/key.ts). */
  takesIdempotencyKey?: true;
  /** The name of the file and its SHA-256 can be sent along (app/api/archives.ts). */
  takesFileHeaders?: true;
  response: RouteResponse;
}

const CHALLENGE = '/api/v1/challenges/{slug}';
const PHASE = `${CHALLENGE}/phases/{phase}` as const;
const SUBMISSION = '/api/v1/submissions/{id}';
const once = { takesIdempotencyKey: true } as const;
const upload = {
  query: uploadArchiveQuerySchema,
  body: 'application/octet-stream',
  takesFileHeaders: true,
  ...once,
} as const;

/** Every method of every path of the API. A test compares the table with the files in app/api. */
export const ROUTES = {
  readOpenApi: {
    method: 'GET',
    path: '/api/v1/openapi.json',
    action: 'site.visit',
    response: ok(z.record(z.string(), z.unknown())),
  },
  signUp: {
    method: 'POST',
    path: '/api/v1/users',
    action: 'account.signUp',
    body: accountSchema,
    response: accepted(signUpResponseSchema),
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/tokens',
    action: 'token.createByPassword',
    body: createTokenRequestSchema,
    ...once,
    response: created(createTokenResponseSchema),
  },
  ...TEAM_ROUTES,
  ...DATASET_ROUTES,
  ...DATA_REQUEST_ROUTES,
  ...NOTIFICATION_ROUTES,
  listRunners: {
    method: 'GET',
    path: '/api/v1/runners',
    action: 'runner.list',
    query: listRunnersQuerySchema,
    response: ok(listRunnersResponseSchema),
  },
  createChallenge: {
    method: 'POST',
    path: '/api/v1/challenges',
    action: 'challenge.create',
    body: challengeDefinitionSchema,
    ...once,
    response: created(createChallengeResponseSchema),
  },
  readChallenge: {
    method: 'GET',
    path: CHALLENGE,
    action: 'challenge.read',
    response: ok(challengeViewSchema),
  },
  readDefinition: {
    method: 'GET',
    path: `${CHALLENGE}/definition`,
    action: 'challenge.readDefinition',
    response: ok(storedDefinitionSchema),
  },
  applyDefinition: {
    method: 'PUT',
    path: `${CHALLENGE}/definition`,
    action: 'challenge.edit',
    body: applyDefinitionRequestSchema,
    response: ok(appliedDefinitionSchema),
  },
  registerTeam: {
    method: 'POST',
    path: `${CHALLENGE}/registrations`,
    action: 'team.register',
    body: registerTeamRequestSchema,
    ...once,
    response: created(registerTeamResponseSchema),
  },
  listRegistrations: {
    method: 'GET',
    path: `${CHALLENGE}/registrations`,
    action: 'registration.read',
    query: listRegistrationsQuerySchema,
    response: ok(listRegistrationsResponseSchema),
  },
  decideRegistrations: {
    method: 'POST',
    path: `${CHALLENGE}/registrations/decisions`,
    action: 'registration.decide',
    body: decideRegistrationsRequestSchema,
    response: ok(decideRegistrationsResponseSchema),
  },
  readHiddenSubjects: {
    method: 'GET',
    path: `${CHALLENGE}/hidden-subjects`,
    action: 'testset.readSubjects',
    response: ok(hiddenSubjectsResponseSchema),
  },
  importTestSet: {
    method: 'POST',
    path: `${PHASE}/test-set`,
    action: 'testset.import',
    body: 'application/octet-stream',
    ...once,
    response: created(importTestSetResponseSchema),
  },
  ...TEST_SET_UPLOAD_ROUTES,
  importScorer: {
    method: 'POST',
    path: `${PHASE}/scorer`,
    action: 'scorer.import',
    query: importScorerQuerySchema,
    body: 'application/octet-stream',
    ...once,
    response: created(importScorerResponseSchema),
  },
  readLeaderboard: {
    method: 'GET',
    path: `${PHASE}/leaderboard`,
    action: 'leaderboard.read',
    query: leaderboardQuerySchema,
    response: ok(leaderboardViewSchema),
  },
  readFigures: {
    method: 'GET',
    path: `${PHASE}/figures`,
    action: 'leaderboard.read',
    query: figuresQuerySchema,
    response: ok(figuresViewSchema),
  },
  exportLeaderboard: {
    method: 'GET',
    path: `${PHASE}/leaderboard.csv`,
    action: 'leaderboard.read',
    query: exportLeaderboardQuerySchema,
    response: { status: 200, type: 'text/csv' },
  },
  ...RANKING_ROUTES,
  downloadStarterKit: {
    method: 'GET',
    path: `${PHASE}/starter-kit.zip`,
    action: 'challenge.read',
    response: { status: 200, type: 'application/zip' },
  },
  listImages: {
    method: 'GET',
    path: '/api/v1/images',
    action: 'archive.list',
    query: listArchivesQuerySchema,
    response: ok(listImagesResponseSchema),
  },
  uploadImage: {
    method: 'POST',
    path: '/api/v1/images',
    action: 'archive.upload',
    ...upload,
    response: created(uploadImageResponseSchema),
  },
  listModels: {
    method: 'GET',
    path: '/api/v1/models',
    action: 'archive.list',
    query: listArchivesQuerySchema,
    response: ok(listModelsResponseSchema),
  },
  uploadModel: {
    method: 'POST',
    path: '/api/v1/models',
    action: 'archive.upload',
    ...upload,
    response: created(uploadModelResponseSchema),
  },
  listSubmissions: {
    method: 'GET',
    path: '/api/v1/submissions',
    action: 'submission.list',
    query: listSubmissionsQuerySchema,
    response: ok(listSubmissionsResponseSchema),
  },
  createSubmission: {
    method: 'POST',
    path: '/api/v1/submissions',
    action: 'submission.create',
    body: createSubmissionRequestSchema,
    ...once,
    response: created(createSubmissionResponseSchema),
  },
  readSubmission: {
    method: 'GET',
    path: SUBMISSION,
    action: 'submission.readAll',
    response: ok(readSubmissionResponseSchema),
  },
  followSubmission: {
    method: 'GET',
    path: `${SUBMISSION}/events`,
    action: 'submission.follow',
    response: { status: 200, type: 'text/event-stream', events: { evaluation: evaluationViewSchema } },
  },
  cancelSubmission: {
    method: 'POST',
    path: `${SUBMISSION}/cancel`,
    action: 'submission.cancel',
    response: ok(changeSubmissionResponseSchema),
  },
  selectSubmission: {
    method: 'POST',
    path: `${SUBMISSION}/select`,
    action: 'submission.select',
    response: ok(changeSubmissionResponseSchema),
  },
  rerunSubmission: {
    method: 'POST',
    path: `${SUBMISSION}/rerun`,
    action: 'submission.rerun',
    ...once,
    response: ok(changeSubmissionResponseSchema),
  },
} as const satisfies Readonly<Record<string, ApiRoute>>;

/** A route with a JSON response. */
export type JsonRoute = ApiRoute & { response: { type: 'application/json'; schema: z.ZodType } };
export type ResponseBody<Route extends JsonRoute> = z.output<Route['response']['schema']>;

type ParameterOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never;
export type PathParameters<Route extends ApiRoute> = Readonly<Record<ParameterOf<Route['path']>, string>>;

/** The URL path of a route, with its parameters filled in and the query appended. */
export function routeAddress<Route extends ApiRoute>(
  { path }: Route,
  parameters: PathParameters<Route>,
  query: Readonly<Record<string, string>> = {},
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof parameters) =>
    encodeURIComponent(parameters[name]),
  );
  const search = new URLSearchParams(query).toString();
  return search === '' ? filled : `${filled}?${search}`;
}
