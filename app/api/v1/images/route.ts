import { answerArchives, receiveArchive } from '#app/api/archives.ts';

export function GET(request: Request): Promise<Response> {
  return answerArchives(request, 'image');
}

export function POST(request: Request): Promise<Response> {
  return receiveArchive(request, 'image');
}
