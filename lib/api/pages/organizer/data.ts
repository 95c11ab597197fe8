import { z } from 'zod';
import type { DatasetView } from '#lib/api/datasets/datasets.ts';
import {
  type AccessSettings,
  type DataAccess,
  type DataRequestEntry,
  type DataRequestFilter,
  listDataRequestsQuerySchema,
} from '#lib/api/datasets/requests.ts';
import { PAGE_LIMITS } from '#lib/api/page-limits.ts';
import { type ListHead, pageShape } from '#lib/api/pages/organizer.ts';
import type { PageLinks } from '#lib/api/values.ts';

/** The pages of released data in the console; not part of /api/v1. */

const { after, limit, state, dataset, q } = listDataRequestsQuerySchema.shape;

/** What makes no sense is ignored, because addresses are typed. */
export const dataRequestsQuerySchema = listDataRequestsQuerySchema.extend({
  after: after.catch(undefined),
  limit: limit.catch(PAGE_LIMITS.limit),
  state: state.catch(undefined),
  dataset: z.preprocess((name) => (name === '' ? undefined : name), dataset).catch(undefined),
  q: q.catch(undefined),
});

export interface DataRequestsView extends PageLinks, ListHead {
  requests: DataRequestEntry[];
  datasets: {
    name: string;
    title: string;
    access: 'OPEN' | 'REQUEST';
    dueDays: number;
    usualWait: DataAccess['usualWait'];
    counts: Record<
      Extract<DataRequestFilter, 'SUBMITTED' | 'OVERDUE' | 'CLARIFICATION' | 'APPROVED' | 'EXPIRING'>,
      number
    >;
  }[];
  /** Names of the replies of all datasets. */
  replies: string[];
  mayDecide: boolean;
  /** Describe datasets and publish releases. */
  mayEdit: boolean;
}

/** A dataset with its drafts, for whoever edits it. */
export interface ReleasesView extends ListHead {
  dataset: DatasetView;
  /** Of the next release. */
  terms: string;
}

export interface AccessSettingsView extends ListHead {
  /** Of the dataset. */
  title: string;
  settings: AccessSettings;
  mayChange: boolean;
}

export const receiptsQuerySchema = z.object(pageShape);
export type ReceiptsQuery = z.output<typeof receiptsQuerySchema>;

/** What somebody took of one variant on one day (UTC). */
export interface Receipt {
  /** The last of these downloads. */
  id: string;
  /** null: somebody who wasn't signed in. */
  person: { name: string; email: string | null } | null;
  challenge: { slug: string; title: string };
  dataset: { name: string; title: string };
  version: string;
  variant: string;
  /** Downloads of the whole. */
  archives: number;
  /** Downloads of single files. */
  files: number;
  firstAt: string;
  lastAt: string;
}

/** How often a variant of a release was downloaded. */
export interface DownloadCount {
  dataset: string;
  version: string;
  variant: string;
  people: number;
  archives: number;
  files: number;
  /** Both, by people who weren't signed in. */
  anonymous: number;
  lastAt: string | null;
}

export interface DownloadsView extends PageLinks, ListHead {
  counts: DownloadCount[];
  receipts: Receipt[];
}
