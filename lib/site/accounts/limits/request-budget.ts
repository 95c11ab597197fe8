import { apiByAddress } from '#lib/domain/accounts/rate-limit-rules.ts';
import type { SiteEnvironment } from '#lib/site/environment.ts';
import { type CountingSite, consumeAttempts } from './rate-limit.ts';

/** Requests that are counted in the database at once, so that most requests don’t write. */
const BLOCK = 20;
const MAX_ADDRESSES = 10_000;

interface BudgetedSite extends CountingSite {
  environment: SiteEnvironment;
}

interface Block {
  left: number;
  expiresMs: number;
}

/**
 * Limits the requests to the API per address, over all processes: each process takes blocks of requests from the
 * budget in the database, and uses them up within a minute. So up to one block per process may be lost or too much.
 */
export class RequestBudget {
  readonly #site: BudgetedSite;
  /** By address; the oldest first. A block that is being taken is awaited by all requests that need one. */
  readonly #blocks = new Map<string, Promise<Block>>();

  constructor(site: BudgetedSite) {
    this.#site = site;
  }

  /** Counts a request. Throws TOO_MANY_ATTEMPTS. */
  async take(address: string): Promise<void> {
    for (;;) {
      const kept = this.#blocks.get(address);
      const block = await (kept ?? this.#takeBlock(address));
      if (block.left > 0 && block.expiresMs > this.#site.now().getTime()) {
        block.left -= 1;
        return;
      }
      // Another request may have taken a new one meanwhile.
      if (this.#blocks.get(address) === kept) this.#blocks.delete(address);
    }
  }

  #takeBlock(address: string): Promise<Block> {
    const rule = apiByAddress(this.#site.environment.apiRequestsPerMinute);
    const at = this.#site.now().getTime();
    const taken = consumeAttempts(this.#site, [{ rule, who: address }], '', BLOCK).then(() => ({
      left: BLOCK,
      expiresMs: at + rule.windowSeconds * 1000,
    }));
    this.#blocks.set(address, taken);
    taken.catch(() => this.#blocks.delete(address));
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= MAX_ADDRESSES) break;
      this.#blocks.delete(oldest);
    }
    return taken;
  }
}
