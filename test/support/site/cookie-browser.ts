import { EMPTY_FORM } from '#components/ui/form-state.ts';
import { serverActions } from '#test/support/rights/entry-points.ts';

/** Keeps cookies and sends forms as a browser does, without pages or scripts. */
export class CookieBrowser {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  async send(path: string, { form }: { form?: Record<string, string> } = {}): Promise<Response> {
    return this.#fetch(new URL(path, this.#url), {
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
  }

  /** Follows redirects until there is a page. Returns its address. */
  async follow(location: string): Promise<URL> {
    let address = new URL(location, this.#url);
    for (let hops = 0; hops < 10; hops++) {
      const response = await this.#fetch(address);
      await response.body?.cancel();
      const next = response.headers.get('location');
      if (next === null) return address;
      address = new URL(next, address);
    }
    throw new Error(`Too many redirects to ${address}.`);
  }

  /** Sends a form to a server action of a page, as React’s client does. */
  async act(action: string, page: string, fields: Record<string, string>): Promise<Response> {
    const found = serverActions().find(({ name }) => name === action);
    if (!found) throw new Error(`There is no server action ${action}.`);
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(`_1_${name}`, value);
    body.append('0', JSON.stringify([EMPTY_FORM, '$K1']));
    const headers = { 'next-action': found.id, accept: 'text/x-component' };
    return this.#fetch(new URL(page, this.#url), { method: 'POST', headers, body });
  }

  async #fetch(
    address: URL,
    init: RequestInit & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, cookie, ...(init.method === 'POST' ? { origin: this.#url } : {}) };
    const response = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const set of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = set.split(';');
      const [name = '', ...value] = pair.split('=');
      const isGone =
        attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute)) || value.join('=') === '';
      if (isGone) this.#cookies.delete(name);
      else this.#cookies.set(name, value.join('='));
    }
    return response;
  }
}
