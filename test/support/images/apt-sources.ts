/** Where this host takes its packages from: a root file system for a test comes from the same place. */
interface PackageMirror {
  url: string;
  suite: string;
  components: readonly string[];
  /** File of the keys that the mirror's lists are signed with; null: debootstrap's own choice. */
  keyring: string | null;
  /** The host takes it unsigned. */
  isTrusted: boolean;
}

/** One `deb` entry, of either of apt's two formats (sources.list(5)). */
interface SourceEntry {
  urls: string[];
  suites: string[];
  components: string[];
  signedBy: string;
  trusted: string;
}

/**
 * The first mirror that gives `suite` as binary packages over HTTP or from a folder, with the components of all
 * entries for it; null where there is none (a disc alone, or apt's own kinds of lists of mirrors).
 *
 * @param sources the host's files, by name: `.sources` holds stanzas, anything else lines.
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
    // Signed-By may hold the key itself or a fingerprint; then the host's keyring has to do.
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

/** Stanzas of `Field: value`, parted by empty lines; a line that begins with a space goes on. */
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
