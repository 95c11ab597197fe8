import { defineConfig } from 'prisma/config';

// For `prisma generate` alone: migrations are applied by prisma/migrate.ts without an engine binary.
export default defineConfig({ schema: 'prisma/schema.prisma' });
