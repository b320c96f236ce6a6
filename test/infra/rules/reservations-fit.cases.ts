import { found, minimalWith } from './found';

describe('the rule that a node has something left for pods', () => {
  test('a node type that keeps all it has for the system is refused', () => {
    const estate = minimalWith(({ nodeTypes }) => {
      nodeTypes.box.memoryMiB = 768;
      nodeTypes.box.reservedCpuMillis = 4000;
    });
    expect(found('reservations-fit', estate)).toEqual([
      'error: nodeTypes.box.cpuCores: 4 leaves nothing for pods: 4000 thousandths of a core are kept for the operating system and the kubelet; correct it, or lower reservedCpuMillis',
      'error: nodeTypes.box.memoryMiB: 768 leaves nothing for pods: 768 MiB are kept for the operating system and the kubelet; correct it, or lower reservedMemoryMiB',
    ]);
  });

  test('a node type that keeps less than it has is in order', () => {
    const estate = minimalWith(({ nodeTypes }) => {
      nodeTypes.box.memoryMiB = 769;
      nodeTypes.box.reservedCpuMillis = 3999;
    });
    expect(found('reservations-fit', estate)).toEqual([]);
  });
});
