import { describe, expect, it } from 'vitest';
import { findMirror } from '#test/support/images/apt-sources.ts';

const stanzas = `# The release.
Types: deb deb-src
URIs: http://mirror.example/debian
  http://second.example/debian
Suites: bookworm bookworm-updates
# Not all.
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg

Types: deb
URIs: http://security.example/debian
Suites: bookworm-security
Components: main
`;

const named = (name: string, text: string) => ({ name: `/etc/apt/${name}`, text });

describe('the mirror of the host', () => {
  it('is read from stanzas, with its keyring', () => {
    expect(findMirror([named('sources.list.d/debian.sources', stanzas)], 'bookworm')).toEqual({
      url: 'http://mirror.example/debian',
      suite: 'bookworm',
      components: ['main', 'contrib'],
      keyring: '/usr/share/keyrings/example.gpg',
      isTrusted: false,
    });
  });

  it('is read from lines, with the components of all of them', () => {
    const lines = `
      # deb http://old.example/ubuntu noble main
      deb-src http://mirror.example/ubuntu noble main
      deb [arch=amd64 trusted=yes] http://mirror.example/ubuntu noble main # the base
      deb http://mirror.example/ubuntu noble universe
      deb http://mirror.example/ubuntu noble-updates multiverse`;
    expect(findMirror([named('sources.list', lines)], 'noble')).toEqual({
      url: 'http://mirror.example/ubuntu',
      suite: 'noble',
      components: ['main', 'universe'],
      keyring: null,
      isTrusted: true,
    });
  });

  it('is no disc, no disabled entry, no sources alone and no other release', () => {
    const sources = [
      named('sources.list', 'deb cdrom:[Debian 12]/ bookworm main'),
      named(
        'sources.list.d/off.sources',
        'Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\nComponents: main',
      ),
      named(
        'sources.list.d/src.sources',
        'Types: deb-src\nURIs: http://src.example\nSuites: bookworm\nComponents: main',
      ),
      named('sources.list.d/next.list', 'deb http://next.example trixie main'),
    ];
    expect(findMirror(sources, 'bookworm')).toBeNull();
  });

  it('keeps to the host’s keyring where the key stands in the entry', () => {
    const inline = stanzas.replace(
      '/usr/share/keyrings/example.gpg',
      '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .',
    );
    expect(findMirror([named('debian.sources', inline)], 'bookworm')?.keyring).toBeNull();
  });
});
