import { z } from 'zod';
import type { Finding } from '#lib/domain/findings.ts';
import { PAGE_LIMITS } from '../page-limits.ts';
import { idSchema, listQueryShape, type PageLinks, searchSchema } from '../values.ts';
import type { MailStatus } from './mail.ts';
import type { RunnerView } from './organizer.ts';

/** What administrators see of the whole site; not part of /api/v1. Times are ISO 8601 in UTC. */

const listQuery = { ...listQueryShape(idSchema, PAGE_LIMITS), q: searchSchema };

export const USER_FILTERS = ['administrators', 'organizers', 'disabled'] as const;
export const usersQuerySchema = z.object({
  ...listQuery,
  role: z.enum(USER_FILTERS).optional().catch(undefined),
});
export type UsersQuery = z.output<typeof usersQuerySchema>;

export const challengesQuerySchema = z.object(listQuery);
export type ChallengesQuery = z.output<typeof challengesQuerySchema>;

export const MAIL_STATES = ['QUEUED', 'SENT', 'FAILED', 'UNSENT'] as const;
export const mailsQuerySchema = z.object({
  ...listQuery,
  state: z.enum(MAIL_STATES).optional().catch(undefined),
});
export type MailsQuery = z.output<typeof mailsQuerySchema>;

export interface UserEntry {
  id: string;
  name: string;
  email: string | null;
  isEmailConfirmed: boolean;
  isAdmin: boolean;
  hasSecondFactor: boolean;
  isDisabled: boolean;
  /** Slugs of the challenges that they organize, and how many teams they are in. */
  organizes: string[];
  teams: number;
  createdAt: string;
  lastSeenAt: string | null;
}

export interface UsersView extends PageLinks {
  users: UserEntry[];
  /** The viewer's own account, which they can't lock themselves out of. */
  ownId: string;
  asOf: string;
}

export interface ChallengeRow {
  id: string;
  slug: string;
  title: string;
  visibility: string;
  organizers: string[];
  phases: number;
  teams: number;
  submissions: number;
  createdAt: string;
}

export interface ChallengesView extends PageLinks {
  challenges: ChallengeRow[];
  asOf: string;
}

export interface MailRow {
  id: string;
  to: string;
  kind: string;
  subject: string;
  state: (typeof MAIL_STATES)[number];
  attempts: number;
  error: string | null;
  createdAt: string;
  /** Whether it failed and can be sent again. */
  canResend: boolean;
}

export interface MailsView extends PageLinks {
  mails: MailRow[];
  counts: Record<(typeof MAIL_STATES)[number], number>;
  status: MailStatus;
  asOf: string;
}

export interface LimitRow {
  rule: string;
  attempts: number;
  windowSeconds: number;
  /** What happens beyond: a delay that grows, or a wait for the end of the window. */
  slowsDown: boolean;
  /** Accounts or addresses that are counted now, those that have used all free attempts, and the highest count. */
  counted: number;
  used: number;
  highest: number;
}

export interface StorageRow {
  what: string;
  count: number;
  bytes: number;
  /** What it is, and what could be removed. */
  note: string;
}

export interface StorageView {
  rows: StorageRow[];
  /** Of the disk of the store; null if it isn't known. */
  disk: { freeBytes: number; totalBytes: number } | null;
  databaseBytes: number;
  asOf: string;
}

export interface RunnersView {
  runners: RunnerView[];
  asOf: string;
}

export interface DoctorView {
  findings: Finding[];
  asOf: string;
}
