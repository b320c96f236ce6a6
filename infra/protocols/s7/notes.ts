import type { S7Controller } from './controllers';

/**
 * What must be set in the controller and cannot be seen from outside: sentences for the report, without a final full stop. Sources:
 * snap7 documentation, S7 1200/1500 notes; Siemens, S7-1500 Getting Started, A5E03981761, p. 124 (access levels).
 */
export function s7Notes(controller: S7Controller): string[] {
  switch (controller) {
    case 'S7-1200':
    case 'S7-1500':
      return [
        'in TIA Portal, allow "Permit access with PUT/GET communication from remote partner" under Protection & Security, Connection mechanisms: it is off by default and knows no password, so keep the controller in a network that only the gateway and the engineer can reach',
        'in TIA Portal, switch off "Optimized block access" of every data block that is read, compile and download it: an optimised block has no addresses',
        'choose any access level but "No access (complete protection)", which switches PUT/GET off',
      ];
    case 'S7-400':
      return ['check the slot of the CPU in the hardware configuration: it is not fixed in an S7-400'];
    case 'S7-300':
      return [];
  }
}
