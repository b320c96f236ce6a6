import { withCluster } from './central-cluster-of';
import { found } from './found';

describe('the rule that backups of a centre lie elsewhere', () => {
  const of = (backups?: object) => found('central-backups-elsewhere', withCluster(backups ? { backups } : {}));
  const store = { host: 's3.example.com', addresses: ['192.0.2.70/32'], bucket: 'backups' };

  test('the storage of the components themselves is warned of, whether it is stated or not', () => {
    const message = (value: string) => [
      `warning: centrals.centre.cluster.backups: "${value}" is the storage of what is backed up: where its volumes lie on nodes, a lost node takes the KDC or Git and their backups; state a class of other storage, or a store`,
    ];
    expect(of()).toEqual(message('class standard'));
    expect(of({ class: 'standard' })).toEqual(message('standard'));
  });

  test.each([{ class: 'nfs' }, { store }, { off: true, reason: 'Trial bench' }])('%j is in order', (backups) => {
    expect(of(backups)).toEqual([]);
  });
});
