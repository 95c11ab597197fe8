import { access, constants, statfs } from 'node:fs/promises';
import type { DoctorView } from '#lib/api/pages/administration.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type Finding, findingOf } from '#lib/domain/findings.ts';
import { DAY_MS, MINUTE_MS } from '#lib/domain/minutes.ts';
import { isolationLayers } from '#lib/domain/runners/capabilities.ts';
import { isSilent } from '#lib/domain/runners/silence.ts';
import { counted } from '#lib/domain/units.ts';
import { readQueueLength } from '#lib/platform/queue/read-queue.ts';
import { runnerFromRow } from '#lib/platform/rows/runner.ts';
import { verifyAudit } from '#lib/site/audit/verify-audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { mailStatus } from '#lib/site/mail/mail-status.ts';
import { readHealth } from '#lib/site/read-health.ts';
import type { Site } from '#lib/site/site.ts';

const GIB = 2 ** 30;
const MIN_FREE_BYTES = 20 * GIB;
const MAX_CLOCK_MS = 2000;
const LATE_MS = 5 * MINUTE_MS;

/**
 * Checks the site and what its runners report, for administrators. With `verifiesAudit`, it also proves the chain of the
 * audit trail, which reads every event. `heldout doctor` checks a host in more detail, on that host.
 */
export async function doctorView(
  site: Site,
  viewer: Viewer | null,
  { verifiesAudit }: { verifiesAudit: boolean },
): Promise<DoctorView> {
  authorize('site.inspect', viewer);
  const findings = await Promise.all([
    checkDatabase(site),
    checkStore(site),
    checkQueue(site),
    checkMail(site),
    checkNotices(site),
    checkSecurity(site),
    checkRunners(site),
    verifiesAudit ? checkAudit(site) : [],
  ]);
  return { findings: findings.flat(), asOf: site.now().toISOString() };
}

async function checkDatabase(site: Site): Promise<Finding[]> {
  const { ok } = await readHealth(site);
  if (!ok) return [findingOf('database', false, 'no answer', { error: 'No page works. Start PostgreSQL.' })];
  const [row] = await site.db.$queryRaw<{ version: string; now: Date }[]>`
    SELECT current_setting('server_version') AS version, clock_timestamp() AS now`;
  const apartMs = Math.abs(row!.now.getTime() - Date.now());
  return [
    { name: 'database', state: 'ok', found: `PostgreSQL ${row!.version}` },
    findingOf('announcements of changes', site.notifications.isListening(), listening(site), {
      warning: 'Pages that are kept in memory may be a minute old. The connection is being opened again.',
    }),
    findingOf('clock', apartMs <= MAX_CLOCK_MS, `${Math.round(apartMs)} ms from the database’s`, {
      warning: 'Deadlines differ between the site and the database. Set both hosts’ clocks by NTP.',
    }),
  ];
}

const listening = ({ notifications }: Site) => (notifications.isListening() ? 'heard' : 'not heard');

async function checkStore({ environment: { storeFolder } }: Site): Promise<Finding[]> {
  const isWritable = await access(storeFolder, constants.W_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  const disk = await statfs(storeFolder).catch(() => null);
  const free = disk ? disk.bavail * disk.bsize : null;
  return [
    findingOf('store', isWritable, isWritable ? 'writable' : 'not writable', {
      error: 'Nobody can upload anything. Give the site’s user the right to write to the folder.',
    }),
    ...(free === null
      ? []
      : [
          findingOf('disk of the store', free >= MIN_FREE_BYTES, `${Math.floor(free / GIB)} GiB free`, {
            warning: 'Uploads fail when it is full. See what could be removed under Storage.',
          }),
        ]),
  ];
}

async function checkQueue({ db }: Site): Promise<Finding[]> {
  const length = await readQueueLength(db);
  return [{ name: 'queue', state: 'ok', found: `${counted(length, 'evaluation')} waiting` }];
}

async function checkMail(site: Site): Promise<Finding[]> {
  const { isOn, failed, retried } = await mailStatus(site);
  return [
    findingOf('mail', isOn, isOn ? 'on' : 'off', {
      warning: 'Nobody gets mails: set HELDOUT_SMTP_URL and HELDOUT_MAIL_FROM, and restart the site.',
    }),
    findingOf('failed mails', failed === 0, `${failed} in 7 days`, {
      warning: 'Read why under Mail, and send them again.',
    }),
    findingOf('delayed mails', retried === 0, String(retried), {
      warning: 'The mail server doesn’t take them at the moment. They are tried again for 40 hours.',
    }),
  ];
}

async function checkNotices({ db, now }: Site): Promise<Finding[]> {
  const late = await db.notice.count({
    where: { doneAt: null, dueAt: { lt: new Date(now().getTime() - LATE_MS) } },
  });
  return [
    findingOf('notifications', late === 0, late === 0 ? 'delivered' : `${counted(late, 'notice')} late`, {
      warning: 'People aren’t told what happens. The site’s log says why.',
    }),
  ];
}

async function checkSecurity({ db, environment }: Site): Promise<Finding[]> {
  const isLocal = /^(localhost|127\.|\[::1\])/.test(new URL(environment.origin).hostname);
  const unguarded = await db.user.count({
    where: { isAdmin: true, disabledAt: null, totpConfirmedAt: null },
  });
  return [
    findingOf('HTTPS', environment.origin.startsWith('https:') || isLocal, environment.origin, {
      error: 'Passwords cross the network in clear. Put a proxy with TLS in front, and set NEXTAUTH_URL.',
    }),
    findingOf('second factor', unguarded === 0, `${counted(unguarded, 'administrator')} without one`, {
      warning: 'Set HELDOUT_SECOND_FACTOR=organizers to require it of administrators and organizers.',
    }),
  ];
}

async function checkRunners({ db, now }: Site): Promise<Finding[]> {
  const since = new Date(now().getTime() - 7 * DAY_MS);
  const rows = await db.runner.findMany({
    where: { lastSeenAt: { gte: since } },
    orderBy: { name: 'asc' },
    take: 200,
  });
  if (rows.length === 0) {
    const error = 'Submissions wait until a runner starts: npm run runner on a host with a container engine.';
    return [findingOf('runners', false, 'none in 7 days', { error })];
  }
  return rows.map((row) => {
    const { name, lastSeenAt, host, health } = runnerFromRow(row);
    const title = `runner ${name}`;
    if (isSilent(lastSeenAt, now())) {
      const found = `silent since ${lastSeenAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
      return findingOf(title, false, found, {
        warning: 'It takes no evaluations. Start it again, or ignore it if it is gone.',
      });
    }
    const found = host
      ? `engine ${host.engine.version}; ${isolationLayers(host).join(', ')}`
      : 'another version';
    const problems = health?.problems ?? [];
    return findingOf(title, host !== null && problems.length === 0, found, {
      warning: problems.join(' ') || 'Its report can’t be read. Update it to the site’s version.',
    });
  });
}

async function checkAudit({ db }: Site): Promise<Finding[]> {
  const result = await verifyAudit(db);
  return [
    findingOf('audit trail', result.intact, result.intact ? `intact, ${result.count} events` : 'changed', {
      error: result.intact ? '' : `Event ${result.seq ?? 'without a number'}: ${result.problem}`,
    }),
  ];
}
