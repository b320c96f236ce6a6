import type { PathStep } from '../model/path';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/** No two things answer at one address and port. */
export const addressesUnique: Rule = {
  id: 'addresses-unique',
  invariant: 'No two machines have the same address and port, and no machine, node or host has the address of another kind of thing.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster: { nodes, hosts = [], machines }, at, machinesAt }) => {
      const problems: RuleProblem[] = [];
      const computers = new Map<string, string>();
      const take = (address: string | undefined, path: PathStep[], is: string) => {
        if (address === undefined) return;
        const other = computers.get(address);
        if (other === undefined) computers.set(address, is);
        else
          problems.push({
            path,
            value: address,
            message: `is already the address of ${other}`,
            remedy: 'give one of them another address',
          });
      };
      for (const node of nodes) take(node.address, at('racks', node.rack, node.name, 'address'), `node ${node.name}`);
      for (const host of hosts) take(host.address, at('hosts', host.name, 'address'), `host ${host.name}`);

      const endpoints = new Map<string, string>();
      for (const machine of machines) {
        const path = machinesAt(machine.name, 'address');
        const computer = computers.get(machine.address);
        if (computer !== undefined) {
          problems.push({
            path,
            value: machine.address,
            message: `is already the address of ${computer}`,
            remedy: 'give one of them another address',
          });
        }
        for (const { port } of machine.conduits) {
          const other = endpoints.get(`${machine.address} ${port}`);
          if (other === undefined) endpoints.set(`${machine.address} ${port}`, machine.name);
          else
            problems.push({
              path,
              value: machine.address,
              message: `port ${port} of this address is already used by ${other}`,
              remedy: 'correct the address, or choose another port',
            });
        }
      }
      return problems;
    }),
};
