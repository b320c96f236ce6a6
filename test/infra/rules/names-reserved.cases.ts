import { found, minimalWith } from './found';

describe('the rule that a machine has no name that is taken', () => {
  test('a name of an object that every namespace has is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines = { 'default-deny': york.machines['press-1'] };
    });
    expect(found('names-reserved', estate)).toEqual([
      'error: plants.york.machines.default-deny: "default-deny" is reserved, as are allow-dns, command-receiver, data-publisher, default, default-deny, erp-link, job-agent, job-backup, job-database, job-orchestrator, kube-root-ca, oee-calculator, plant-broker, plant-monitor, registry-login and zone-quota; choose another name',
    ]);
  });

  test('the name of another user of the plant broker is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines = { 'data-publisher': york.machines['press-1'], 'plant-broker': { type: 'press', address: '10.20.1.12' } };
    });
    expect(found('names-reserved', estate)).toEqual([
      'error: plants.york.machines.data-publisher: "data-publisher" is reserved, as are allow-dns, command-receiver, data-publisher, default, default-deny, erp-link, job-agent, job-backup, job-database, job-orchestrator, kube-root-ca, oee-calculator, plant-broker, plant-monitor, registry-login and zone-quota; choose another name',
      'error: plants.york.machines.plant-broker: "plant-broker" is reserved, as are allow-dns, command-receiver, data-publisher, default, default-deny, erp-link, job-agent, job-backup, job-database, job-orchestrator, kube-root-ca, oee-calculator, plant-broker, plant-monitor, registry-login and zone-quota; choose another name',
    ]);
  });

  test('a plant whose operator of keys would administer Kerberos itself is refused', () => {
    const estate = minimalWith((data) => {
      data.plants = { history: data.plants.york };
    });
    expect(found('names-reserved', estate)).toEqual([
      'error: plants.history: "history" is reserved, as are admin, changepw and history; choose another name',
    ]);
  });

  test('a name that only begins with a reserved one is in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines = { 'default-1': york.machines['press-1'] };
    });
    expect(found('names-reserved', estate)).toEqual([]);
  });
});
