import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type ObjectLabels, objectLabels } from './labels';

/** What {@link Configuration} takes. */
export interface ConfigurationProps {
  readonly name: string;
  readonly namespace: string;
  readonly labels: ObjectLabels;
  /** File name → content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Files of a program's configuration: a ConfigMap, and a digest that makes pods restart when it changes. */
export class Configuration extends Construct {
  readonly name: string;
  /** Digest of the names and contents of its files. */
  readonly digest: string;
  /** Annotation for the pod template: the pods restart when a file changes, and only then. */
  readonly podAnnotations: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ConfigurationProps) {
    super(scope, id);
    this.name = props.name;
    new k8s.KubeConfigMap(this, 'config-map', {
      metadata: { name: props.name, namespace: props.namespace, labels: objectLabels(props.labels) },
      data: { ...props.files },
    });
    this.digest = createHash('sha256')
      .update(JSON.stringify(Object.entries(props.files).sort()))
      .digest('hex')
      .slice(0, 32);
    this.podAnnotations = { 'millwright/configuration': this.digest };
  }
}
