import type { OAuthConfig } from 'next-auth/providers/oauth';
import { z } from 'zod';
import type { ProviderSettings } from './provider-settings.ts';

/** What is read of a profile. ORCID sends no address, and none is ever used. */
const claimsSchema = z.object({
  sub: z.string().min(1),
  name: z.string().nullish(),
  given_name: z.string().nullish(),
  family_name: z.string().nullish(),
});

const githubSchema = z.object({ id: z.number().int(), login: z.string(), name: z.string().nullish() });

/** next-auth's configuration of a provider. It asks for no email address. */
export function nextAuthProvider(settings: ProviderSettings): OAuthConfig<unknown> {
  const { id, name, clientId, clientSecret, issuer } = settings;
  const client = { id, name, type: 'oauth' as const, clientId, clientSecret };
  if (id === 'github') {
    return {
      ...client,
      authorization: { url: `${issuer}/login/oauth/authorize`, params: { scope: '' } },
      token: `${issuer}/login/oauth/access_token`,
      userinfo: issuer === 'https://github.com' ? 'https://api.github.com/user' : `${issuer}/api/v3/user`,
      checks: ['pkce', 'state'],
      profile: (profile) => {
        const { id: subject, login, name: full } = githubSchema.parse(profile);
        return { id: String(subject), name: full || login };
      },
    };
  }
  return {
    ...client,
    issuer,
    wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    // ORCID refuses the scope profile, and sends the name anyway.
    authorization: { params: { scope: id === 'orcid' ? 'openid' : 'openid profile' } },
    idToken: true,
    checks: id === 'orcid' ? ['state', 'nonce'] : ['pkce', 'state', 'nonce'],
    profile: (profile) => {
      const { sub, name: full, given_name, family_name } = claimsSchema.parse(profile);
      return { id: sub, name: full || [given_name, family_name].filter(Boolean).join(' ') };
    },
  };
}
