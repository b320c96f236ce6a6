import { withCluster } from './central-cluster-of';
import { found } from './found';

describe('the rule that a centre leaves nothing out that the rest needs', () => {
  test('Grafana without the identity provider is refused', () => {
    expect(found('central-parts-agree', withCluster({ leavesOut: ['openid'] }))).toEqual([
      'error: centrals.centre.cluster.leavesOut: ["openid"] leaves openid out, and grafana asks it who somebody is: nobody could log in there; leave grafana out as well, or keep openid',
    ]);
  });

  test.each([[[]], [['grafana']], [['openid', 'grafana']], [['openid', 'spreadsheet']]])(
    '%j is in order, or refused by the schema',
    (leavesOut) => {
      expect(found('central-parts-agree', withCluster({ leavesOut }))).toEqual([]);
    },
  );
});
