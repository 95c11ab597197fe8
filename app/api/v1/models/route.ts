import { answerArchives, receiveArchive } from '#app/api/archives.ts';
import { ROUTES } from '#lib/api/routes.ts';

export function GET(request: Request): Promise<Response> {
  return answerArchives(request, 'model', ROUTES.listModels, (models) => ({ models }));
}

export function POST(request: Request): Promise<Response> {
  return receiveArchive(request, 'model', ROUTES.uploadModel, (model) => ({ model }));
}
