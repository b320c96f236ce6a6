import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { IMAGES } from '../../infra/model/image';
import type { Resources } from '../kube/pod';
import { FactoryPlusProgram } from './factory-plus-program';

/** It sees every data message of every Sparkplug node. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [50, 1000], memoryMiB: [128, 384] };

/**
 * Command Escalation: sends a command to a Sparkplug node for whoever may not publish it himself. The first administrator does not command
 * machines by being the first administrator, as in ACS 6.8.1: it needs a grant like everybody.
 */
export class CommandEscalation extends Construct {
  readonly program: FactoryPlusProgram;

  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    this.program = new FactoryPlusProgram(this, 'program', {
      central,
      name: 'cmdescd',
      containerName: 'cmdesc',
      image: IMAGES.acsCmdesc,
      program: ['node', 'bin/cmdescd.js'],
      client: { principal: 'sv1cmdesc' },
      http: true,
      env: { CACHE_MAX_AGE: '300' },
      resources: RESOURCES,
    });
  }
}
