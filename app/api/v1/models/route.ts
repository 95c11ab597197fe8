import { listTeamArchives, receiveArchive } from '#app/api/archives.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';

export function GET(request: Request): Promise<Response> {
  return listTeamArchives(request, 'model', ROUTES.listModels, ({ archives, next }) => ({
    models: archives,
    next,
  }));
}

export function POST(request: Request): Promise<Response> {
  return receiveArchive(request, 'model', ROUTES.uploadModel, (model) => ({ model }));
}

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.listModels.path);
