import { ok } from '#lib/api/values.ts';
import {
  accessSettingsResponseSchema,
  accessSettingsSchema,
  answerDataRequestSchema,
  dataAccessResponseSchema,
  decideDataRequestsResponseSchema,
  decideDataRequestsSchema,
  draftDataRequestSchema,
  listDataRequestsQuerySchema,
  listDataRequestsResponseSchema,
  signTermsRequestSchema,
  submitDataRequestSchema,
} from './requests.ts';

const CHALLENGE = '/api/v1/challenges/{slug}';
const DATASET = `${CHALLENGE}/datasets/{dataset}` as const;
const REQUEST = `${DATASET}/request` as const;

const access = ok(dataAccessResponseSchema);

/** The routes of requests for data, a part of ROUTES. Each of a person’s own answers with where they stand. */
export const DATA_REQUEST_ROUTES = {
  readDataRequest: { method: 'GET', path: REQUEST, response: access },
  draftDataRequest: { method: 'PUT', path: REQUEST, body: draftDataRequestSchema, response: access },
  submitDataRequest: { method: 'POST', path: REQUEST, body: submitDataRequestSchema, response: access },
  answerDataRequest: {
    method: 'POST',
    path: `${REQUEST}/answer`,
    body: answerDataRequestSchema,
    response: access,
  },
  withdrawDataRequest: { method: 'POST', path: `${REQUEST}/withdrawal`, response: access },
  signTerms: {
    method: 'POST',
    path: `${DATASET}/signature`,
    body: signTermsRequestSchema,
    response: access,
  },
  readAccessSettings: {
    method: 'GET',
    path: `${DATASET}/access`,
    response: ok(accessSettingsResponseSchema),
  },
  changeAccessSettings: {
    method: 'PUT',
    path: `${DATASET}/access`,
    body: accessSettingsSchema,
    response: ok(accessSettingsResponseSchema),
  },
  listDataRequests: {
    method: 'GET',
    path: `${CHALLENGE}/data-requests`,
    query: listDataRequestsQuerySchema,
    response: ok(listDataRequestsResponseSchema),
  },
  decideDataRequests: {
    method: 'POST',
    path: `${CHALLENGE}/data-requests/decisions`,
    body: decideDataRequestsSchema,
    response: ok(decideDataRequestsResponseSchema),
  },
} as const;
