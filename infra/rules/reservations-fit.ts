import type { Rule } from './rule';

/** A node has something left for pods. */
export const reservationsFit: Rule = {
  id: 'reservations-fit',
  invariant: 'What a node type keeps for the operating system and the kubelet is less than what it has.',
  check: ({ data, isWhole }) =>
    Object.entries(data.nodeTypes).flatMap(([name, type]) => {
      if (!isWhole('nodeTypes', name)) return [];
      const leaves = (setting: 'memoryMiB' | 'cpuCores', kept: string, reserved: 'reservedMemoryMiB' | 'reservedCpuMillis') => ({
        path: ['nodeTypes', name, setting],
        value: type[setting],
        message: `leaves nothing for pods: ${kept} are kept for the operating system and the kubelet`,
        remedy: `correct it, or lower ${reserved}`,
      });
      return [
        ...(type.memoryMiB > type.reservedMemoryMiB ? [] : [leaves('memoryMiB', `${type.reservedMemoryMiB} MiB`, 'reservedMemoryMiB')]),
        ...(type.cpuCores * 1000 > type.reservedCpuMillis
          ? []
          : [leaves('cpuCores', `${type.reservedCpuMillis} thousandths of a core`, 'reservedCpuMillis')]),
      ];
    }),
};
