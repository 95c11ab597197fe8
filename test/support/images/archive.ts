import { createHash } from 'node:crypto';

/** Archives built byte by byte, because no regular tool creates what these tests submit. */
export interface RawEntry {
  name: string;
  content?: string | Uint8Array;
  /** The type flag of the header; '0' (a file) by default. */
  flag?: string;
  linkName?: string;
  /** Declared size, if it differs from the content's. */
  size?: number;
  /** Changes the header before its checksum is computed. */
  edit?: (header: Buffer) => void;
}

export function rawHeader({ name, content = '', flag = '0', linkName = '', size, edit }: RawEntry): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000755\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${(size ?? Buffer.from(content).length).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(flag, 156);
  header.write(linkName, 157, 100);
  header.write('ustar\x0000', 257);
  edit?.(header);
  header.write('        ', 148);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return header;
}

export function rawTar(entries: readonly RawEntry[], end = Buffer.alloc(1024)): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    return [rawHeader(entry), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, end]);
}

/** A GNU long name or a PAX header that precedes an entry. */
export function gnuLongName(name: string): RawEntry {
  return { name: '././@LongLink', flag: 'L', content: `${name}\0` };
}

export function paxHeader(records: Record<string, string>, flag: 'x' | 'g' = 'x'): RawEntry {
  const content = Object.entries(records)
    .map(([key, value]) => {
      const body = ` ${key}=${value}\n`;
      let length = body.length + 1;
      while (String(length).length + body.length !== length) length = String(length).length + body.length;
      return `${length}${body}`;
    })
    .join('');
  return { name: 'pax', flag, content };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface HandMade {
  layers: readonly Buffer[];
  /** Replaces the layers' hashes. */
  diffIds?: readonly string[];
  config?: Record<string, unknown>;
  platform?: { os: string; architecture: string };
}

export const PROGRAM = { Entrypoint: ['/bin/sh'], User: '1234' };

export function imageConfig({ layers, diffIds, config = PROGRAM, platform }: HandMade): Buffer {
  return Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      ...platform,
      config,
      rootfs: { type: 'layers', diff_ids: diffIds ?? layers.map((layer) => `sha256:${sha256(layer)}`) },
    }),
  );
}

/** The format of docker save before version 25. */
export function dockerSaveEntries(image: HandMade, tags: string[] | null = null): RawEntry[] {
  const config = imageConfig(image);
  const names = image.layers.map((layer, index) => `${index}-${sha256(layer)}/layer.tar`);
  return [
    { name: `${sha256(config)}.json`, content: config },
    ...image.layers.map((layer, index) => ({ name: names[index]!, content: layer })),
    {
      name: 'manifest.json',
      content: JSON.stringify([{ Config: `${sha256(config)}.json`, RepoTags: tags, Layers: names }]),
    },
  ];
}

const OCI = 'application/vnd.oci.image';

/**
 * An OCI layout: index → (index →) manifest → config and layers; `compress` compresses layers as registries
 * do.
 */
export function ociEntries(
  image: HandMade,
  {
    compress = (layer: Buffer) => layer,
    isNested = false,
    hasAttestation = false,
    hasManifestJson = false,
  } = {},
): RawEntry[] {
  const blobs = new Map<string, Buffer>();
  const add = (bytes: Buffer, mediaType: string) => {
    blobs.set(sha256(bytes), bytes);
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const config = add(imageConfig(image), `${OCI}.config.v1+json`);
  const layers = image.layers.map((layer) => add(compress(layer), `${OCI}.layer.v1.tar+gzip`));
  const platform = image.platform ?? { os: 'linux', architecture: 'amd64' };
  const manifest = {
    ...add(json({ schemaVersion: 2, config, layers }), `${OCI}.manifest.v1+json`),
    platform,
  };
  const attestation = {
    ...add(json({ schemaVersion: 2, config, layers: [] }), `${OCI}.manifest.v1+json`),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  const manifests = [manifest, ...(hasAttestation ? [attestation] : [])];
  const top = isNested ? [add(json({ schemaVersion: 2, manifests }), `${OCI}.index.v1+json`)] : manifests;
  const path = (digest: string) => `blobs/sha256/${digest.slice('sha256:'.length)}`;
  return [
    { name: 'blobs/', flag: '5' },
    { name: 'blobs/sha256/', flag: '5' },
    ...[...blobs].map(([hash, content]) => ({ name: `blobs/sha256/${hash}`, content })),
    { name: 'index.json', content: json({ schemaVersion: 2, manifests: top }) },
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    ...(hasManifestJson
      ? [
          {
            name: 'manifest.json',
            content: json([
              {
                Config: path(config.digest),
                RepoTags: ['team/other:latest'],
                Layers: layers.map(({ digest }) => path(digest)),
              },
            ]),
          },
        ]
      : []),
  ];
}
