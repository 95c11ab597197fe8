import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { confirmPassword } from '#lib/site/accounts/sign-in.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { encrypt } from '#lib/site/encryption.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { announce, hashRecoveryCode, readSecret, requireCode } from './second-factor.ts';
import { base32, matchingStep, newTotpSecret } from './totp.ts';

const RECOVERY_CODES = 10;

const passwordInput = z.strictObject({ password: z.string().max(200) });
const codeInput = z.strictObject({ code: z.string().max(40) });
const bothInput = z.strictObject({ password: z.string().max(200), code: z.string().max(40) });

/** Stores a new secret, which counts once a code of it was entered. */
export async function startSecondFactor(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.change', viewer);
  const { password } = parseInput(passwordInput, input);
  await confirmPassword(site, known, 'password', password);
  const text = Buffer.from(newTotpSecret()).toString('base64');
  const totpSecret = encrypt(site.environment, 'totp', text);
  const { count } = await site.db.user.updateMany({
    where: { id: known.userId, totpConfirmedAt: null },
    data: { totpSecret, totpLastStep: null },
  });
  if (count === 0) throw new DomainError('CONFLICT', 'Your account has a second factor already.');
}

/** Turns the second factor on. Returns the recovery codes, which are shown only once. */
export async function confirmSecondFactor(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
): Promise<string[]> {
  const known = authorize('account.change', viewer);
  const { userId, email } = known;
  const { code } = parseInput(codeInput, input);
  const codes = newRecoveryCodes();
  await site.db.$transaction(async (tx) => {
    const [user] = await tx.$queryRaw<{ totpSecret: Uint8Array | null; totpConfirmedAt: Date | null }[]>`
      SELECT "totpSecret", "totpConfirmedAt" FROM "User" WHERE id = ${userId}::uuid FOR UPDATE`;
    const secret = user?.totpSecret && !user.totpConfirmedAt ? readSecret(site, user.totpSecret) : null;
    if (!secret) throw new DomainError('CONFLICT', 'Start setting up the second factor again.');
    const step = matchingStep(secret, code.replaceAll(/\s/g, ''), site.now(), null);
    if (step === null) {
      const message =
        'This isn’t the current code. Check that the clock of your phone is right, and enter the next one.';
      throw new DomainError('INVALID', message, { code: message });
    }
    await tx.user.update({
      where: { id: userId },
      data: { totpConfirmedAt: site.now(), totpLastStep: step },
      select: { id: true },
    });
    await storeCodes(site, tx, userId, codes);
    await recordAudit(tx, known, 'account.addSecondFactor', null, {});
    const what = 'Signing in to your Heldout account now needs a code of your authenticator app.';
    await announce(site, tx, email, 'Your Heldout account has a second factor', what);
  });
  return codes;
}

/** Replaces the recovery codes. Needs the password and a code. Returns the new ones, which are shown only once. */
export async function renewRecoveryCodes(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
): Promise<string[]> {
  const known = authorize('account.change', viewer);
  const { userId, email } = known;
  const { password, code } = parseInput(bothInput, input);
  await confirmPassword(site, known, 'password', password);
  await requireCode(site, userId, code);
  const codes = newRecoveryCodes();
  await site.db.$transaction(async (tx) => {
    await storeCodes(site, tx, userId, codes);
    await recordAudit(tx, known, 'account.renewRecoveryCodes', null, {});
    const what = 'Your Heldout account has new recovery codes. The old ones no longer work.';
    await announce(site, tx, email, 'Your Heldout account has new recovery codes', what);
  });
  return codes;
}

async function storeCodes(
  site: Site,
  tx: Transaction,
  userId: string,
  codes: readonly string[],
): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.recoveryCode.createMany({
    data: codes.map((one) => ({ userId, codeHash: hashRecoveryCode(site, one) })),
  });
}

/** Turns the second factor off. Needs the password and a code. */
export async function removeSecondFactor(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.change', viewer);
  const { password, code } = parseInput(bothInput, input);
  await confirmPassword(site, known, 'password', password);
  await requireCode(site, known.userId, code);
  await site.db.$transaction(async (tx) => {
    await tx.user.update({
      where: { id: known.userId },
      data: { totpSecret: null, totpConfirmedAt: null, totpLastStep: null },
      select: { id: true },
    });
    await tx.recoveryCode.deleteMany({ where: { userId: known.userId } });
    await recordAudit(tx, known, 'account.removeSecondFactor', null, {});
    const what = 'Signing in to your Heldout account no longer needs a code.';
    await announce(site, tx, known.email, 'Your Heldout account has no second factor any more', what);
  });
}

function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
}

/** 50 random bits: "k3v7q-x2mzd". */
function newRecoveryCode(): string {
  const text = base32(new Uint8Array(randomBytes(7)))
    .slice(0, 10)
    .toLowerCase();
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}
