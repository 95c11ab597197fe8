import { receiveArchive } from '../../upload.ts';

export function POST(request: Request): Promise<Response> {
  return receiveArchive(request, 'model');
}
