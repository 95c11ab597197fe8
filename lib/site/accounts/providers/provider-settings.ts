import { z } from 'zod';

/** The providers that a site can offer, in the order in which it offers them. */
export const PROVIDER_IDS = ['orcid', 'github', 'google', 'oidc'] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

/** A provider that the administrator has set up. */
export interface ProviderSettings {
  id: ProviderId;
  /** "ORCID" */
  name: string;
  clientId: string;
  clientSecret: string;
  /** Of OpenID Connect; GitHub has none. */
  issuer: string;
}

/** Client ID and secret, as the provider shows them, with a colon in between. */
export const clientSchema = z
  .string()
  .regex(/^[^:\s]+:\S+$/, 'Set it to the client ID and the client secret, with a colon in between.')
  .transform((text) => {
    const colon = text.indexOf(':');
    return { clientId: text.slice(0, colon), clientSecret: text.slice(colon + 1) };
  });

export const issuerSchema = z.url({
  protocol: /^https?$/,
  error: 'Set it to the issuer’s address, https://…',
});

type Client = z.output<typeof clientSchema>;

/** The providers of a site, from its environment. */
export function providersOf(variables: {
  HELDOUT_ORCID_CLIENT?: Client | undefined;
  HELDOUT_GITHUB_CLIENT?: Client | undefined;
  HELDOUT_GOOGLE_CLIENT?: Client | undefined;
  HELDOUT_OIDC_CLIENT?: Client | undefined;
  HELDOUT_OIDC_ISSUER?: string | undefined;
  HELDOUT_OIDC_NAME: string;
}): ProviderSettings[] {
  const all: [ProviderId, string, Client | undefined, string | undefined][] = [
    ['orcid', 'ORCID', variables.HELDOUT_ORCID_CLIENT, 'https://orcid.org'],
    ['github', 'GitHub', variables.HELDOUT_GITHUB_CLIENT, 'https://github.com'],
    ['google', 'Google', variables.HELDOUT_GOOGLE_CLIENT, 'https://accounts.google.com'],
    ['oidc', variables.HELDOUT_OIDC_NAME, variables.HELDOUT_OIDC_CLIENT, variables.HELDOUT_OIDC_ISSUER],
  ];
  return all.flatMap(([id, name, client, issuer]) =>
    client && issuer ? [{ id, name, issuer, ...client }] : [],
  );
}
