import { answerArchives, receiveArchive } from '#app/api/archives.ts';

export function GET(request: Request): Promise<Response> {
  return answerArchives(request, 'model');
}

export function POST(request: Request): Promise<Response> {
  return receiveArchive(request, 'model');
}
