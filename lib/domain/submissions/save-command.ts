/** How a team exports its image. Without a tag, Docker saves every tag of the repository, that is, several images. */
export const SAVE_COMMAND = 'docker save IMAGE:TAG | gzip > image.tar.gz';
