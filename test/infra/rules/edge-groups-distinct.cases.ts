import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

const rule = 'edge-groups-distinct';

describe('the rule that Sparkplug groups are distinct', () => {
  test('clusters that state none have groups of their names', () => {
    expect(found(rule, edgeEstate())).toEqual([]);
  });

  test('a group that another cluster has is refused, whatever its capitals', () => {
    const same = edgeEstate(({ softGateways: { gateways } }) => {
      gateways.factoryPlus = { group: 'Rotherham' };
    });
    expect(found(rule, same)).toEqual([
      'error: softGateways.gateways.factoryPlus.group: "Rotherham" gives the Sparkplug group Example-Rotherham, which the plant rotherham has; choose another one',
    ]);
  });

  test('the group of the services of the centre is refused', () => {
    const theirs = edgeEstate(({ plants: { rotherham } }) => {
      rotherham.factoryPlus = { group: 'Service-Core' };
    });
    expect(found(rule, theirs)).toEqual([
      `error: plants.rotherham.factoryPlus.group: "Service-Core" gives the Sparkplug group Example-Service-Core, that of the centre's services; choose another one`,
    ]);
  });

  test('a cluster whose name gives it may state another one', () => {
    const named = (group?: string) =>
      edgeEstate(({ plants }) => {
        plants['service-core'] = { ...plants.rotherham, ...(group ? { factoryPlus: { group } } : {}) };
        delete plants.rotherham;
      });
    expect(found(rule, named())).toEqual([
      `error: plants.service-core: "service-core" gives the Sparkplug group Example-service-core, that of the centre's services; state another one in factoryPlus.group`,
    ]);
    expect(found(rule, named('Rotherham-Hall-1'))).toEqual([]);
  });

  test('plants at different centres may have one group', () => {
    const apart = edgeEstate(({ centrals, softGateways: { gateways } }) => {
      centrals.other = { ...centrals.centre, domain: 'other.example.com' };
      gateways.central = 'other';
      gateways.factoryPlus = { group: 'rotherham' };
    });
    expect(found(rule, apart)).toEqual([]);
  });
});
