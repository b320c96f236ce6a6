import { Construct } from 'constructs';
import { toldToBackEnd, toldToFrontEnd, WEB_APPLICATION_SESSION } from '../../infra/factory-plus/web-application';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { type CentralComponentName, componentFacts } from '../../infra/model/central-components';
import { CENTRAL_MOUNTS, CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import type { OwnContainer } from '../../infra/model/container';
import { WEB_APPLICATION_PORT, type WebApplication as WebApplicationModel } from '../../infra/model/web-application';
import { ownProgram } from '../kube/own-program';
import type { Mount } from '../kube/pod';
import { requireSessionKey } from '../kube/session-key';
import { BrokerLogin } from './broker-login';
import { CentralWorkload } from './central-workload';
import { accountSecret } from './historian';
import { HISTORIAN_AUTHORITY } from './historian-client';
import { publicAuthority } from './public-authority';

/** Components that the web application is. */
type Part = Extract<CentralComponentName, 'web-application' | 'web-application-api'>;

/** What {@link WebApplication} takes. */
export interface WebApplicationProps {
  readonly central: CentralCluster;
  readonly webApplication: WebApplicationModel;
}

/**
 * The owner's web application. The front end is what the ingress leads to, and reaches the back end alone. The back end reads production data and
 * figures of the historian with an account of its own, and commands those plants by the central broker that the model names, with a login that the
 * broker lets do nothing else. For the broker and people's logins it reaches the routes, hence every public host of the centre, as anybody outside does.
 */
export class WebApplication extends Construct {
  constructor(scope: Construct, id: string, { central, webApplication }: WebApplicationProps) {
    super(scope, id);
    this.#part(central, 'web-application', webApplication.frontEnd, toldToFrontEnd(central), []);
    const name = 'web-application-api';
    const labels = { name, component: componentFacts(name).component };
    const login = new BrokerLogin(this, 'broker-login', { central, who: 'commander', plants: webApplication.commands, name, labels });
    const session = `${name}-session`;
    const purpose = `the sessions of the web application at the central broker ${central.contract.mqtt.host}`;
    requireSessionKey(this, { namespace: CENTRAL_NAMESPACE, name: session, purpose });
    this.#part(central, name, webApplication.backEnd, toldToBackEnd(central), [
      login.mount,
      { name: 'broker-session', path: WEB_APPLICATION_SESSION, from: { secret: session, items: { password: 'password' } } },
      { name: 'historian-login', path: CENTRAL_MOUNTS.historianLogin, from: { secret: accountSecret('web-application') } },
      HISTORIAN_AUTHORITY,
    ]);
  }

  #part(
    central: CentralCluster,
    name: Part,
    { health, ...container }: WebApplicationModel['frontEnd'],
    told: Readonly<Record<string, string>>,
    mounts: readonly Mount[],
  ): void {
    const own: OwnContainer = { ...container, health: { port: WEB_APPLICATION_PORT, ...health } };
    const program = ownProgram(this, {
      namespace: CENTRAL_NAMESPACE,
      name,
      container: own,
      told,
      ports: [{ name: 'web', port: WEB_APPLICATION_PORT }],
    });
    const trust = publicAuthority(central);
    new CentralWorkload(this, name, {
      central,
      name,
      podAnnotations: trust.podAnnotations,
      egress: program.egress,
      pod: {
        containerName: name === 'web-application' ? 'front-end' : 'back-end',
        image: program.image,
        args: program.args,
        env: program.env,
        ports: program.ports,
        health: program.health,
        resources: program.resources,
        mounts: [...program.given, ...mounts, ...trust.mounts, program.scratch],
      },
    });
  }
}
