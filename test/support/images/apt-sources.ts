/** Finds the package mirror of this host, from which a root file system for tests is built. */
interface PackageMirror {
  url: string;
  suite: string;
  components: readonly string[];
  /** Keyring that signs the mirror's lists; null: debootstrap's default. */
  keyring: string | null;
  /** The host trusts it without a signature. */
  isTrusted: boolean;
}

/** One `deb` entry in either of apt's two formats (sources.list(5)). */
interface SourceEntry {
  urls: string[];
  suites: string[];
  components: string[];
  signedBy: string;
  trusted: string;
}

/**
 * The first mirror that provides binary packages of `suite` over HTTP or from a folder, with the components
 * of all entries for it; null if there is none (only a disc, or apt's own kinds of mirror lists).
 * @param sources the host's files by name: `.sources` contains stanzas, other files lines.
 */
export function findMirror(
  sources: readonly { name: string; text: string }[],
  suite: string,
): PackageMirror | null {
  const entries = sources
    .flatMap(({ name, text }) => (name.endsWith('.sources') ? readStanzas(text) : readLines(text)))
    .filter((entry) => entry.suites.includes(suite) && entry.components.length > 0);
  const first = entries.find(({ urls }) => mirrorUrl(urls) !== undefined);
  if (first === undefined) return null;
  const url = mirrorUrl(first.urls)!;
  const components = entries.filter(({ urls }) => urls.includes(url)).flatMap((entry) => entry.components);
  return {
    url,
    suite,
    components: [...new Set(components)],
    // Signed-By may contain the key itself or a fingerprint; the host's keyring is used in that case.
    keyring: /^\/\S+\.gpg$/.test(first.signedBy) ? first.signedBy : null,
    isTrusted: /^(yes|true)$/i.test(first.trusted),
  };
}

function mirrorUrl(urls: readonly string[]): string | undefined {
  return urls.find((url) => /^(https?|file):/.test(url));
}

/** `deb [signed-by=… trusted=yes] URL SUITE COMPONENT…` */
function readLines(text: string): SourceEntry[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (!match) return [];
    const options = new Map(
      words(match[1] ?? '').map((option) => option.split('=', 2) as [string, string | undefined]),
    );
    return {
      urls: [match[2]!],
      suites: [match[3]!],
      components: words(match[4]!),
      signedBy: options.get('signed-by') ?? '',
      trusted: options.get('trusted') ?? '',
    };
  });
}

/**
 * Stanzas of `Field: value`, separated by empty lines; a line that starts with a space continues the previous
 * one.
 */
function readStanzas(text: string): SourceEntry[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map(
      [...stanza.matchAll(/^([\w-]+):((?:.*)(?:\n[ \t].*)*)/gm)].map(([, name, value]) => [
        name!.toLowerCase(),
        value!.trim(),
      ]),
    );
    const list = (name: string) => words(fields.get(name) ?? '');
    if (!list('types').includes('deb') || /^(no|false)$/i.test(fields.get('enabled') ?? '')) return [];
    return {
      urls: list('uris'),
      suites: list('suites'),
      components: list('components'),
      signedBy: fields.get('signed-by') ?? '',
      trusted: fields.get('trusted') ?? '',
    };
  });
}

function words(text: string): string[] {
  return text.trim().split(/\s+/).filter(Boolean);
}
