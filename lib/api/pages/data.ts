import type { Receipt } from '#lib/api/pages/organizer/data.ts';
import type { PageLinks } from '#lib/api/values.ts';
import type { DataRequestState } from '#lib/domain/datasets/data-request.ts';

/** A person's requests for data and what they downloaded; not part of /api/v1. */
export interface OwnDataView extends PageLinks {
  requests: {
    id: string;
    challenge: { slug: string; title: string };
    dataset: { name: string; title: string };
    state: DataRequestState;
    submittedAt: string | null;
    expiresAt: string | null;
  }[];
  receipts: Receipt[];
}
