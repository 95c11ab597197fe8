import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  buildImageArchive,
  type ImageArchive,
  type ImageSpec,
  type LayerEntry,
  type LayerFile,
} from '#examples/images/image-archive.ts';

/** A shell, /etc/passwd with the user `algorithm` (1234), and files that a test adds. */
export interface ShellImage extends Partial<Omit<ImageSpec, 'layers'>> {
  /** Run as `sh -c`. */
  script?: string;
  files?: readonly LayerEntry[];
  /** The result of `writeLayer` for `shellLayer()`, if many images share it. */
  shell?: LayerFile;
}

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));

export async function buildShellImage(
  file: string,
  { script, files = [], shell, ...spec }: ShellImage,
): Promise<ImageArchive> {
  return buildImageArchive(file, {
    user: 'algorithm',
    ...(script !== undefined && { entrypoint: ['/bin/sh', '-c', script] }),
    ...spec,
    layers: [shell ?? (await shellLayer()), ...(files.length > 0 ? [files] : [])],
  });
}

/**
 * A script that serves the contract `invoke`: it runs `work` for each POST /invoke and answers with 201 if
 * `work` succeeds, otherwise with 500.
 */
export function serving(work: string): string {
  const answer = `read -r line
case "$line" in GET*) status=200;; *) if ( ${work} ) >&2; then status=201; else status=500; fi;; esac
printf 'HTTP/1.1 %s x\\r\\n\\r\\n' $status`;
  return `cat > /tmp/answer << 'END'
${answer}
END
exec nc -ll -p 4743 -e sh /tmp/answer`;
}

/** The static busybox of Debian's `busybox-static`, with a link for each of its programs. */
export async function shellLayer(): Promise<LayerEntry[]> {
  if (!BUSYBOX) throw new Error('The tests need a static busybox: apt-get install busybox-static');
  const programs = execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const folders = ['bin/', 'etc/', 'tmp/', 'input/', 'output/'];
  return [
    ...folders.map((path) => ({ path, mode: 0o755, type: 'directory' as const })),
    { path: 'bin/busybox', mode: 0o755, content: await readFile(BUSYBOX) },
    ...programs
      .filter((name) => name !== 'busybox')
      .map((name) => ({ path: `bin/${name}`, mode: 0o777, type: 'symlink' as const, linkTarget: 'busybox' })),
    text('etc/passwd', 'root:x:0:0:root:/:/bin/sh\nalgorithm:x:1234:2345::/:/bin/sh\n'),
    text('etc/group', 'root:x:0:\nalgorithm:x:2345:\n'),
  ];
}

export function text(path: string, content: string, mode = 0o644): LayerEntry {
  return { path, mode, content: Buffer.from(content) };
}
