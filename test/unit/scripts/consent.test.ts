import { describe, expect, test } from 'vitest';
import { decideConsent, isCi, isContainer } from '#scripts/setup/consent.mjs';

const OWN_MACHINE = { yes: false, ci: false, container: false, root: false, terminal: true };

describe('consent to change the machine', () => {
  test.each([
    ['a personal machine', {}, 'ask'],
    ['a personal machine, as root', { root: true }, 'ask'],
    ['no terminal', { terminal: false }, 'refuse'],
    ['no terminal, as root', { terminal: false, root: true }, 'refuse'],
    ['--yes', { yes: true }, 'install'],
    ['--yes, no terminal', { yes: true, terminal: false }, 'install'],
    ['CI', { ci: true, terminal: false }, 'install'],
    ['root in a container', { container: true, root: true, terminal: false }, 'install'],
    ['root at a terminal in a container', { container: true, root: true }, 'install'],
    ['another user in a container', { container: true }, 'ask'],
    ['another user in a container, no terminal', { container: true, terminal: false }, 'refuse'],
  ] as const)('%s', (_name, facts, expected) => {
    expect(decideConsent({ ...OWN_MACHINE, ...facts })).toBe(expected);
  });
});

test.each([
  [undefined, false],
  ['', false],
  ['0', false],
  ['false', false],
  ['1', true],
  ['true', true],
  ['woodpecker', true],
])('CI=%s is CI: %s', (value, expected) => {
  expect(isCi(value === undefined ? {} : { CI: value })).toBe(expected);
});

describe('a container', () => {
  const on = (environment: Record<string, string>, files: Record<string, string>) =>
    isContainer(environment, { exists: (path) => path in files, read: (path) => files[path] ?? '' });

  test.each([
    ['Docker', {}, { '/.dockerenv': '' }],
    ['Podman', {}, { '/run/.containerenv': '' }],
    ['systemd-nspawn', { container: 'systemd-nspawn' }, {}],
    ['Kubernetes', {}, { '/proc/1/cgroup': '0::/kubepods/besteffort/pod1' }],
    ['containerd', {}, { '/proc/1/cgroup': '12:cpu:/system.slice/containerd.service' }],
    ['LXC', {}, { '/proc/1/cgroup': '3:memory:/lxc/build' }],
  ])('of %s is recognized', (_name, environment, files) => {
    expect(on(environment, files)).toBe(true);
  });

  test('isn’t detected where there is none', () => {
    expect(on({}, {})).toBe(false);
    expect(on({ container: '' }, { '/proc/1/cgroup': '0::/init.scope' })).toBe(false);
  });
});
