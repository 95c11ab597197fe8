import NextAuth from 'next-auth';
import { authOptions } from '#lib/site/accounts/auth-options.ts';
import { site } from '#lib/site/site.ts';

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

async function handle(request: Request, context: Context): Promise<Response> {
  return NextAuth(authOptions(site()))(request, context) as Promise<Response>;
}

export { handle as GET, handle as POST };
