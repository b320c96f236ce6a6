import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import type { GuestSystem } from '../programs/guest';
import { type Host, onHost } from './network';
import { BootArchive } from './vm-archive';
import type { Drive, LostCache } from './vm-drive';

/** Each behind what it needs (`modinfo --field depends`); ext4 is in the kernel. */
const MODULES = [
  ...['virtio_ring', 'virtio', 'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci'].map((name) => `drivers/virtio/${name}`),
  ...['drivers/block/virtio_blk', 'net/core/failover', 'drivers/net/net_failover', 'drivers/net/virtio_net'],
];

/** `no_timer_check`: on a busy computer the emulated timer ticks too late for the kernel's check, which then gives up. */
const KERNEL_ARGUMENTS = 'console=ttyS0 quiet panic=-1 mitigations=off no_timer_check rdinit=/init';

/** What {@link VirtualMachine} takes. */
export interface VirtualMachineOptions {
  readonly name: string;
  /** The address that it takes over; from then on the machine is what answers there. */
  readonly host: Host;
  readonly drive: Drive;
  readonly guest: GuestSystem;
  readonly memoryMiB: number;
  /** What it boots beside kernel and BusyBox, such as the container's root as `/pod`; asked for at each boot. */
  readonly archives: () => readonly Buffer[];
}

/**
 * A computer that can lose its power: QEMU, with a kernel of Debian and a drive of the test's own. Emulated (TCG), so it needs no
 * virtualisation of the processor; some ten times as slow as this computer.
 */
export class VirtualMachine {
  #process: RunningProcess | undefined;
  #boots = 0;
  #wired = false;

  constructor(
    private readonly group: ProcessGroup,
    private readonly options: VirtualMachineOptions,
  ) {}

  get drive(): Drive {
    return this.options.drive;
  }

  /** Switches it on. */
  async powerOn(): Promise<void> {
    const { name, host, drive, guest, memoryMiB, archives } = this.options;
    if (!this.#wired) await wire(host);
    this.#wired = true;
    await drive.powerOn();
    const initrd = join(this.group.workDir, `${name}.initrd`);
    writeFileSync(initrd, Buffer.concat([system(guest), ...archives()]), { mode: 0o600 });
    const mac = `52:54:00${host.address
      .split('.')
      .slice(1)
      .map((part) => `:${Number(part).toString(16).padStart(2, '0')}`)
      .join('')}`;
    const args = [
      ...['-accel', 'tcg', '-cpu', 'max', '-machine', 'q35', '-m', String(memoryMiB), '-smp', '1'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-serial', 'stdio', '-no-reboot'],
      ...['-kernel', guest.kernel, '-initrd', initrd, '-append', KERNEL_ARGUMENTS],
      // The guest sees a drive with a write cache and flushes it; QEMU passes that on.
      ...['-drive', `file=nbd+unix:///?socket=${drive.socketPath},format=raw,if=none,id=drive,cache=writeback`],
      ...['-device', 'virtio-blk-pci,drive=drive'],
      ...['-netdev', 'tap,id=net,ifname=tap0,script=no,downscript=no', '-device', `virtio-net-pci,netdev=net,mac=${mac},romfile=`],
    ];
    this.#process = this.group.start({ name: `${name}-boot-${this.#boots++}`, ...onHost(host, '/usr/bin/qemu-system-x86_64', args) });
  }

  /**
   * Cuts its power in the middle of whatever it does. The machine first: it must not see its drive fail before it is gone itself.
   *
   * @param random see {@link Drive.powerOff}
   */
  async powerOff(random: () => number): Promise<LostCache> {
    process.kill(this.#running().pid, 'SIGKILL');
    const lost = this.options.drive.powerOff(random);
    await this.#running().stop();
    this.#process = undefined;
    return lost;
  }

  /** Waits until the probe returns; throws with the console's end when the machine ends before. */
  ready(probe: () => Promise<unknown>, timeoutMs: number): Promise<void> {
    return this.#running().ready(probe, timeoutMs);
  }

  /** What its console shows since it was switched on. */
  console(lines = 200): string {
    return this.#running().log(lines);
  }

  #running(): RunningProcess {
    if (!this.#process) throw new Error(`the machine ${this.options.name} is switched off`);
    return this.#process;
  }
}

/**
 * Cuts the power of machines, of all in the same moment: while one of their drives is written to, when the cache of a drive matters most.
 *
 * @param random chooses the drive and the write, from the next to the twentieth; see also {@link Drive.powerOff}
 */
export function powerFails(random: () => number, machines: readonly VirtualMachine[]): Promise<LostCache[]> {
  const machine = machines[Math.floor(random() * machines.length)];
  if (!machine) throw new Error('there is no machine to cut the power of');
  return new Promise((resolve, reject) => {
    machine.drive.onWrite(1 + Math.floor(random() * 20), () => {
      Promise.all(machines.map((each) => each.powerOff(random))).then(resolve, reject);
    });
  });
}

const systems = new Map<string, Buffer>();

/** What every machine boots: BusyBox, modules, and the first process. */
function system(guest: GuestSystem): Buffer {
  const made = systems.get(guest.kernel);
  if (made) return made;
  const archive = new BootArchive();
  for (const folder of ['proc', 'sys', 'dev', 'drive', 'tmp', 'modules', 'pod']) archive.folder(`/${folder}`);
  archive.file('/init', readFileSync(join(__dirname, 'vm-init.sh')), 0o755).file('/bin/busybox', readFileSync(guest.busybox), 0o755);
  archive.file('/modules/order', MODULES.map((module) => `${basename(module)}\n`).join(''));
  for (const module of MODULES)
    archive.file(`/modules/${basename(module)}.ko`, readFileSync(join(guest.modules, 'kernel', `${module}.ko`)));
  const bytes = archive.bytes();
  systems.set(guest.kernel, bytes);
  return bytes;
}

/** Puts the machine's network card in the place of the host's: its cable leads to the machine, and its address is the machine's. */
async function wire(host: Host): Promise<void> {
  const script = `
    ip addr flush dev eth0
    ip tuntap add tap0 mode tap
    ip link add machine type bridge
    ip link set eth0 master machine
    ip link set tap0 master machine
    ip link set tap0 up
    ip link set machine up`;
  const { program, args } = onHost(host, '/bin/sh', ['-ec', script]);
  await promisify(execFile)(program, args);
}
