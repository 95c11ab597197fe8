import { listTeamArchives, receiveArchive } from '#app/api/archives.ts';
import { otherMethods } from '#app/api/problems.ts';
import { ROUTES } from '#lib/api/routes.ts';

export function GET(request: Request): Promise<Response> {
  return listTeamArchives(request, 'image', ROUTES.listImages, ({ archives, next }) => ({
    images: archives,
    next,
  }));
}

export function POST(request: Request): Promise<Response> {
  return receiveArchive(request, 'image', ROUTES.uploadImage, (image) => ({ image }));
}

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods(ROUTES.listImages.path);
