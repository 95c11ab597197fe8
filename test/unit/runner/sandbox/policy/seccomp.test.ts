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
const allowed = new Map<string, Rule[]>();
for (const rule of profile.syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW')) {
  for (const name of rule.names) allowed.set(name, [...(allowed.get(name) ?? []), rule]);
}

test('what is not named is refused, and 32-bit and x32 calls are not named', () => {
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
])('%s does not exist for a container', (name) => {
  expect(allowed.has(name)).toBe(false);
});

test('sockets of four families only, and of those what programs use: unix, TCP, UDP, the routes of netlink', () => {
  const told = (name: string) =>
    (allowed.get(name) ?? []).map(({ args = [] }) =>
      args.map(({ index, value, valueTwo, op }) =>
        op === 'SCMP_CMP_EQ' ? `${index}=${value}` : `${index}&${value}=${valueTwo}`,
      ),
    );
  expect(told('socketpair')).toEqual([['0=1']]);
  expect(told('socket')).toEqual([
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

test('clone makes processes and threads, no namespaces', () => {
  const namespaces = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
  expect(allowed.get('clone')?.map(({ args }) => args)).toEqual([
    [{ index: 0, value: namespaces, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  ]);
});

test('clone3 is answered with "not there", so that libc falls back to clone', () => {
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
])('%s is there: NumPy and servers need it', (name) => {
  expect(allowed.get(name)?.[0]?.args).toBeUndefined();
});

test('no name stands twice without a condition', () => {
  const names = profile.syscalls.filter(({ args }) => !args).flatMap((rule) => rule.names);
  expect(new Set(names).size).toBe(names.length);
});
