import { expect, test } from 'vitest';
import { seccompProfile } from '#runner/sandbox/policy/seccomp.ts';

interface Rule {
  names: string[];
  action: string;
  errnoRet?: number;
  args?: { index: number; value: number; valueTwo?: number; op: string }[];
}
const profile: { defaultAction: string; architectures: string[]; syscalls: Rule[] } = JSON.parse(
  seccompProfile(),
);
const allowRules = new Map<string, Rule[]>();
for (const rule of profile.syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW')) {
  for (const name of rule.names) allowRules.set(name, [...(allowRules.get(name) ?? []), rule]);
}

test('unlisted calls are refused, including all 32-bit and x32 calls', () => {
  expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
  expect(profile.architectures).toEqual(['SCMP_ARCH_X86_64']);
});

test.each([
  'io_uring_setup',
  'io_uring_enter',
  'io_uring_register',
  'ptrace',
  'process_vm_readv',
  'process_vm_writev',
  'process_madvise',
  'pidfd_getfd',
  'kcmp',
  'mknod',
  'mknodat',
  'modify_ldt',
  'memfd_secret',
  'bpf',
  'keyctl',
  'add_key',
  'request_key',
  'userfaultfd',
  'unshare',
  'setns',
  'clone3',
  'mount',
  'umount2',
  'move_mount',
  'open_tree',
  'fsopen',
  'fsmount',
  'pivot_root',
  'chroot',
  'open_by_handle_at',
  'name_to_handle_at',
  'perf_event_open',
  'init_module',
  'finit_module',
  'delete_module',
  'kexec_load',
  'reboot',
  'swapon',
  'acct',
  'quotactl',
  'settimeofday',
  'clock_settime',
  'adjtimex',
  'iopl',
  'ioperm',
  'syslog',
  'fanotify_init',
  'lookup_dcookie',
  'move_pages',
  'migrate_pages',
  'uselib',
  'ustat',
  'vhangup',
  'sethostname',
  'sync',
])('%s is refused', (name) => {
  expect(allowRules.has(name)).toBe(false);
});

test('only Unix, TCP, UDP and netlink route sockets are allowed', () => {
  const conditionsOf = (name: string) =>
    (allowRules.get(name) ?? []).map(({ args = [] }) =>
      args.map(({ index, value, valueTwo, op }) =>
        op === 'SCMP_CMP_EQ' ? `${index}=${value}` : `${index}&${value}=${valueTwo}`,
      ),
    );
  expect(conditionsOf('socketpair')).toEqual([['0=1']]);
  expect(conditionsOf('socket')).toEqual([
    ['0=1'],
    ['0=16', '2=0'],
    ...['0=2', '0=10'].flatMap((family) => [
      [family, '1&15=1', '2=0'],
      [family, '1&15=1', '2=6'],
      [family, '1&15=2', '2=0'],
      [family, '1&15=2', '2=17'],
    ]),
  ]);
});

test('clone creates processes and threads, but no namespaces', () => {
  const namespaces = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
  expect(allowRules.get('clone')?.map(({ args }) => args)).toEqual([
    [{ index: 0, value: namespaces, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  ]);
});

test('clone3 fails with ENOSYS, so that libc falls back to clone', () => {
  const rule = profile.syscalls.find(({ names }) => names.includes('clone3'));
  expect(rule).toMatchObject({ action: 'SCMP_ACT_ERRNO', errnoRet: 38 });
});

test.each([
  'mbind',
  'sched_getaffinity',
  'rseq',
  'madvise',
  'set_robust_list',
  'membarrier',
  'futex',
  'epoll_pwait2',
])('%s is allowed, because NumPy and servers need it', (name) => {
  expect(allowRules.get(name)?.[0]?.args).toBeUndefined();
});

test('no call is listed twice without a condition', () => {
  const names = profile.syscalls.filter(({ args }) => !args).flatMap((rule) => rule.names);
  expect(new Set(names).size).toBe(names.length);
});
