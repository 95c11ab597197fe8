/**
 * The system calls that a container may make; all others fail.
 *
 * The engine's own profile allows AF_VSOCK sockets (a path to the hypervisor) and io_uring (which bypasses
 * every other rule). This list contains what computing programs need: files, memory, threads, signals, local
 * sockets and clocks. Deliberately left out: io_uring, ptrace and process_vm_*, mounts and namespaces, mknod,
 * keys, bpf, perf, userfaultfd, modules, setting clocks, open_by_handle_at, memfd_secret, modify_ldt,
 * pidfd_getfd, and sync, which flushes the disks of the whole host.
 */
interface SeccompArgument {
  index: number;
  value: number;
  valueTwo?: number;
  op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}

interface SeccompRule {
  names: readonly string[];
  action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  errnoRet?: number;
  args?: readonly SeccompArgument[];
}

const EPERM = 1;
const ENOSYS = 38;

const FILES = `access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat
  faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr
  flistxattr flock fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64
  getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl lchown lgetxattr link linkat
  listxattr llistxattr lremovexattr lseek lsetxattr lstat mkdir mkdirat newfstatat open openat openat2 pipe
  pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr
  rename renameat renameat2 rmdir sendfile setxattr splice stat statfs statx symlink symlinkat
  sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice write writev`;

const WAITING = `epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
  epoll_wait_old eventfd eventfd2 poll ppoll pselect6 select io_cancel io_destroy io_getevents io_pgetevents
  io_setup io_submit signalfd signalfd4 timerfd_create timerfd_gettime timerfd_settime`;

const MEMORY = `brk cachestat get_mempolicy madvise mbind membarrier memfd_create mincore mlock mlock2 mlockall mmap
  mprotect mremap msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages
  set_mempolicy set_mempolicy_home_node map_shadow_stack`;

const PROCESSES = `arch_prctl capget capset execve execveat exit exit_group fork futex futex_requeue futex_wait
  futex_waitv futex_wake get_robust_list get_thread_area getcpu getegid geteuid getgid getgroups getpgid getpgrp
  getpid getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid ioprio_get ioprio_set
  kill pause pidfd_open pidfd_send_signal prctl prlimit64 restart_syscall rseq rt_sigaction rt_sigpending
  rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
  sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
  sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler
  sched_yield set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid setgroups setitimer
  getitimer alarm setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setuid sigaltstack
  tgkill tkill time times uname vfork wait4 waitid getrandom sysinfo`;

const CLOCKS = `clock_getres clock_gettime clock_nanosleep gettimeofday nanosleep timer_create timer_delete
  timer_getoverrun timer_gettime timer_settime`;

const IPC = `mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd
  semctl semget semop semtimedop shmat shmctl shmdt shmget`;

const SOCKETS = `accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg
  sendmmsg sendmsg sendto setsockopt shutdown`;

const AF_UNIX = 1;
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
/** AF_INET and AF_INET6, which only reach the container itself. */
const INTERNET = [2, 10];
/** Socket types and their protocols: 0 (the default), TCP, UDP. */
const STREAM = { type: 1, protocols: [0, 6] };
const DATAGRAM = { type: 2, protocols: [0, 17] };
/** The bits above the mask are SOCK_NONBLOCK and SOCK_CLOEXEC. */
const TYPE_MASK = 0xf;
/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}: no new namespaces. */
const CLONE_NAMESPACES = 0x7e020000;
/** Linux and 32-bit Linux, each with and without UNAME26, and the value that queries the current one. */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

function allow(...lists: string[]): SeccompRule {
  return { names: lists.flatMap((list) => list.trim().split(/\s+/)), action: 'SCMP_ACT_ALLOW' };
}

function allowIf(name: string, ...args: SeccompArgument[]): SeccompRule {
  return { names: [name], action: 'SCMP_ACT_ALLOW', args };
}

function equal(index: number, value: number): SeccompArgument {
  return { index, value, op: 'SCMP_CMP_EQ' };
}

/**
 * Restricts sockets by family, type and protocol, because a request for an unloaded protocol makes the kernel
 * load its module, for any user. Rarely used protocols (SCTP, DCCP, L2TP, netlink for firewalls and
 * cryptography) are where most kernel vulnerabilities are found.
 */
function sockets(): SeccompRule[] {
  const internet = INTERNET.flatMap((family) =>
    [STREAM, DATAGRAM].flatMap(({ type, protocols }) =>
      protocols.map((protocol) =>
        allowIf(
          'socket',
          equal(0, family),
          { index: 1, value: TYPE_MASK, valueTwo: type, op: 'SCMP_CMP_MASKED_EQ' },
          equal(2, protocol),
        ),
      ),
    ),
  );
  return [
    allowIf('socket', equal(0, AF_UNIX)),
    allowIf('socketpair', equal(0, AF_UNIX)),
    allowIf('socket', equal(0, AF_NETLINK), equal(2, NETLINK_ROUTE)),
    ...internet,
  ];
}

/**
 * The profile in the format of the engine's `seccomp=` option. x86_64 only: 32-bit and x32 calls are refused.
 */
export function seccompProfile(): string {
  const rules: SeccompRule[] = [
    allow(FILES, WAITING, MEMORY, PROCESSES, CLOCKS, IPC, SOCKETS),
    ...sockets(),
    allowIf('clone', { index: 0, value: CLONE_NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }),
    ...PERSONALITIES.map((value) => allowIf('personality', equal(0, value))),
    // Its flags are in memory, where a filter can't read them. With ENOSYS, libc falls back to clone; with
    // EPERM, OpenBLAS would abort.
    {
      names: ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: ENOSYS,
    },
  ];
  return JSON.stringify({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: rules,
  });
}
