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
  readDataRequest: { method: 'GET', path: REQUEST, action: 'dataset.readRequest', response: access },
  draftDataRequest: {
    method: 'PUT',
    path: REQUEST,
    action: 'dataset.request',
    body: draftDataRequestSchema,
    response: access,
  },
  submitDataRequest: {
    method: 'POST',
    path: REQUEST,
    action: 'dataset.request',
    body: submitDataRequestSchema,
    response: access,
  },
  answerDataRequest: {
    method: 'POST',
    path: `${REQUEST}/answer`,
    action: 'dataset.request',
    body: answerDataRequestSchema,
    response: access,
  },
  withdrawDataRequest: {
    method: 'POST',
    path: `${REQUEST}/withdrawal`,
    action: 'dataset.request',
    response: access,
  },
  signTerms: {
    method: 'POST',
    path: `${DATASET}/signature`,
    action: 'dataset.request',
    body: signTermsRequestSchema,
    response: access,
  },
  readAccessSettings: {
    method: 'GET',
    path: `${DATASET}/access`,
    action: 'dataRequest.read',
    response: ok(accessSettingsResponseSchema),
  },
  changeAccessSettings: {
    method: 'PUT',
    path: `${DATASET}/access`,
    action: 'dataRequest.decide',
    body: accessSettingsSchema,
    response: ok(accessSettingsResponseSchema),
  },
  listDataRequests: {
    method: 'GET',
    path: `${CHALLENGE}/data-requests`,
    action: 'dataRequest.read',
    query: listDataRequestsQuerySchema,
    response: ok(listDataRequestsResponseSchema),
  },
  decideDataRequests: {
    method: 'POST',
    path: `${CHALLENGE}/data-requests/decisions`,
    action: 'dataRequest.decide',
    body: decideDataRequestsSchema,
    response: ok(decideDataRequestsResponseSchema),
  },
} as const;
