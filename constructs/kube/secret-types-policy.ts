import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { type ObjectLabels, objectLabels } from './labels';

/** Types of a Secret whose content Kubernetes takes for a login at its own API server: a token of a service account, and one with which a node joins. */
export const TOKEN_TYPES = ['bootstrap.kubernetes.io/token', 'kubernetes.io/service-account-token'] as const;

/** What {@link SecretTypesPolicy} takes. */
export interface SecretTypesPolicyProps {
  /** The service account that it holds. No other is looked at. */
  readonly account: { readonly namespace: string; readonly name: string };
  readonly labels: ObjectLabels;
  /** The types of Secrets that the account may make. */
  readonly types: { readonly only: readonly string[] } | { readonly allBut: readonly string[] };
}

/**
 * Holds a service account that may make Secrets to some types of them.
 *
 * A right to create knows no names and no types, and whoever makes a Secret of type `kubernetes.io/service-account-token` is handed a token of any
 * account of that namespace: in `flux-system`, of an administrator of the cluster. The API server evaluates the policy itself (Kubernetes 1.30,
 * admissionregistration.k8s.io/v1), and refuses where it cannot (`failurePolicy: Fail`).
 */
export class SecretTypesPolicy extends Construct {
  constructor(scope: Construct, id: string, { account, labels, types }: SecretTypesPolicyProps) {
    super(scope, id);
    const metadata = { name: `secret-types-${account.name}`, labels: objectLabels(labels) };
    const [listed, text] =
      'only' in types
        ? [types.only, 'may make and change no Secrets but of type']
        : [types.allBut, 'may make and change no Secrets of type'];
    const sorted = [...listed].sort();
    const within = `object.type in [${sorted.map(celText).join(', ')}]`;
    new ApiObject(this, 'policy', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['secrets'] }],
        },
        matchConditions: [
          {
            name: 'account',
            expression: `request.userInfo.username == ${celText(`system:serviceaccount:${account.namespace}:${account.name}`)}`,
          },
        ],
        validations: [
          {
            expression: `has(object.type) && ${'only' in types ? within : `!(${within})`}`,
            message: `${account.namespace}/${account.name} ${text} ${sorted.join(' or ')}: a token of another account would give it that one's rights`,
            reason: 'Forbidden',
          },
        ],
      },
    });
    new ApiObject(this, 'binding', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    });
  }
}

/** A text as CEL writes it: what JSON escapes, CEL reads likewise. */
function celText(text: string): string {
  return JSON.stringify(text);
}
