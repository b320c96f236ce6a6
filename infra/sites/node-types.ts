import { nodeType } from '../estate/define';

/**
 * Siemens SIMATIC IPC127E, the computer of the article: quad-core Intel Atom, up to 4 GB of memory, about 0.3 litres, up to 50 °C.
 * The article does not state its disk; 128 GB is the size assumed here.
 */
export const ipc127e = nodeType('ipc127e', {
  description: 'Siemens SIMATIC IPC127E, quad-core Atom, 4 GB',
  architecture: 'amd64',
  cpuCores: 4,
  memoryMiB: 4096,
  storageGiB: 110,
});

/** A virtual machine beside the centre. */
export const virtualMachine = nodeType('virtual-machine', {
  description: 'Virtual machine, 4 cores, 8 GB',
  architecture: 'amd64',
  cpuCores: 4,
  memoryMiB: 8192,
  storageGiB: 60,
});
